/* Paper and codes: a button that prints, and the query code that stands behind the # of a slip's picture,
   which no browser sends. Every page works without this file. */
(function () {
  var button = document.querySelector('[data-print]'), box = document.querySelector('input[name="code"]');
  if (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  }
  var found = /^#(\d{4,12})$/.exec(location.hash);
  if (!box || !found) return;
  box.value = found[1];
  if (window.history && history.replaceState) history.replaceState(null, '', location.pathname + location.search);
})();
