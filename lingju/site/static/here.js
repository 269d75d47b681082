/* "用手机的位置": asks the browser for the position (WGS-84) and sends it with an ordinary form.
   Without a script, or where the browser may not tell, the button is never shown. */
(function () {
  var form = document.querySelector('[data-here]');
  if (!form || !navigator.geolocation || !window.isSecureContext) return;
  var button = form.querySelector('button');
  var words = button.querySelector('span');
  var asked = words.textContent;
  var failed = form.querySelector('[data-failed]');
  form.hidden = false;

  function settle(busy) {
    button.disabled = busy;
    button.setAttribute('aria-busy', busy);
    words.textContent = busy ? button.dataset.busy : asked;
  }

  form.addEventListener('submit', function (event) {
    if (form.elements.lon.value) return;
    event.preventDefault();
    failed.hidden = true;
    settle(true);
    navigator.geolocation.getCurrentPosition(function (position) {
      form.elements.lon.value = position.coords.longitude.toFixed(4);
      form.elements.lat.value = position.coords.latitude.toFixed(4);
      form.submit();
    }, function () {
      settle(false);
      failed.hidden = false;
      failed.setAttribute('role', 'alert');
    }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  });
})();
