/* Single keys of the keeper's day: each presses the link or button that bears it. They rest while somebody
   types. Every page works without this file. */
(function () {
  document.addEventListener('keydown', function (event) {
    var target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    var key = event.key.toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    var found = document.querySelector('[data-key="' + key + '"]');
    if (found) { found.click(); event.preventDefault(); }
  });
})();
