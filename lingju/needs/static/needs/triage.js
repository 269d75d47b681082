/* Single keys of the desk, a list that swaps the document beside it, templates, and no second press.
   Without this file every link and button still works. Keys rest while somebody types, and when switched off. */
(function () {
  var main = document.getElementById('main'), wide = window.matchMedia('(min-width: 60.01rem)');
  if (!main) return;

  function rows() { return [].slice.call(main.querySelectorAll('.tl-a')); }
  function current() { return main.querySelector('.tl-a[aria-current]'); }
  function mark(row) {
    rows().forEach(function (one) { one.removeAttribute('aria-current'); });
    row.setAttribute('aria-current', 'true');
    row.scrollIntoView({ block: 'nearest' });
  }
  function step(by) {
    var all = rows(), at = all.indexOf(current()), next = all[at < 0 ? 0 : at + by];
    if (next) next.click();
  }
  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  function open(fold) {
    fold.open = true;
    var field = fold.querySelector('input:not([type=hidden]), textarea, select');
    (field || fold).focus();
    fold.scrollIntoView({ block: 'nearest' });
  }
  function press(element) {
    var first = element.dataset.first && document.getElementById(element.dataset.first);
    if (element.tagName === 'SUMMARY') element.parentNode.open && element.dataset.key === '?' ? (element.parentNode.open = false) : open(element.parentNode);
    else if (element.tagName === 'INPUT') { element.focus(); element.select(); }
    else if (first && !first.value.trim()) first.focus();
    else element.click();
  }

  document.addEventListener('keydown', function (event) {
    if (main.classList.contains('keys-off') || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape' && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target)) return;
    var key = event.key.toLowerCase();
    if (key === 'j' || key === 'k') { step(key === 'j' ? 1 : -1); event.preventDefault(); return; }
    if (key === 'enter' && event.target === document.body && current()) {
      var head = document.getElementById('doc-h');
      if (head) head.focus();
      return;
    }
    if (event.repeat || key.length !== 1) return;
    var found = document.querySelector('[data-key="' + (/[a-z/?]/.test(key) ? key : '') + '"]');
    if (found) { press(found); event.preventDefault(); }
  });

  // On narrow screens list and document are two pages: let the link lead there.
  document.addEventListener('click', function (event) {
    var row = event.target.closest('.tl-a');
    if (!row) return;
    if (!wide.matches) { event.stopImmediatePropagation(); return; }
    mark(row);
  }, true);

  function fills() {
    document.querySelectorAll('[data-fill]').forEach(function (button) { button.hidden = false; });
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-fill]');
    if (!button) return;
    var box = document.getElementById(button.dataset.fill), words = button.dataset.words;
    box.value = box.value.trim() ? box.value.trim() + '\n' + words : words;
    box.focus();
    var gap = box.value.indexOf('【');
    if (gap >= 0) box.setSelectionRange(gap, box.value.indexOf('】', gap) + 1);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // The second press of a button that is already on its way does nothing.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
  });
  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute('aria-busy');
    });
  });

  document.addEventListener('htmx:afterSwap', function (event) {
    if (!event.detail.target || event.detail.target.id !== 'doc') return;
    main.classList.add('is-doc');
    fills();
    var head = document.getElementById('doc-h');
    if (head) head.focus({ preventScroll: true });
  });
  fills();
  var wrong = document.querySelector('.errors');
  if (wrong) { wrong.scrollIntoView({ block: 'center' }); wrong.focus({ preventScroll: true }); }
})();
