/* 签到, made to last where the network does not: every press is kept on this device first, then sent.
   The page works without this file. What is kept: a nonce, which sign-up or which code, when. No names, no phones.
   The page is not stored for later: closed without a network, it does not open again, and it says so. */
(function () {
  var door = document.querySelector('[data-door]');
  if (!door || !window.fetch || !window.JSON) return;
  var KEPT = 'lingju.door.' + door.getAttribute('data-session'), DEVICE = 'lingju.device';
  var EVERY_MS = 20000, MOST = 200, AGAIN_MS = 3000, LOOK_MS = 300;
  var box = one('queue'), said = one('said'), refusals = one('refusals');
  var memory = [], sending = false, refused = [];

  function one(name, within) { return (within || door).querySelector('[data-' + name + ']'); }
  function all(selector) { return Array.prototype.slice.call(door.querySelectorAll(selector)); }
  function nonce() {
    var bytes = new Uint8Array(16);
    (window.crypto || window.msCrypto).getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  }

  /* --- the queue: in storage where that is allowed, else in memory alone --- */
  function kept() {
    try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch (e) { return memory; }
  }
  function keep(entries) {
    memory = entries;
    try { entries.length ? localStorage.setItem(KEPT, JSON.stringify(entries)) : localStorage.removeItem(KEPT); } catch (e) { /* memory */ }
  }
  function device() {
    try {
      var name = localStorage.getItem(DEVICE);
      if (!name) { name = 'd' + nonce().slice(0, 12); localStorage.setItem(DEVICE, name); }
      return name;
    } catch (e) { return ''; }
  }

  function words(name, n) { return box.querySelector('span').getAttribute('data-' + name).replace('{n}', n); }
  function tell(name) {
    var n = kept().length;
    box.hidden = !n;
    if (n) box.querySelector('span').textContent = words(name, n);
  }
  function say(name) { said.textContent = ''; said.textContent = said.getAttribute('data-' + name); }

  /* --- one press --- */
  function add(entry) {
    entry.nonce = nonce();
    entry.device_at = new Date().toISOString();
    entry.was_offline = navigator.onLine === false;
    keep(kept().concat([entry]));
    send();
  }
  function row(signup) { return signup ? one('guest="' + signup + '"') : null; }
  function show(signup, is_here) {
    var line = row(signup);
    if (!line) return;
    line.className = is_here ? 'is-here' : '';
    one('here', line).hidden = !is_here;
    one('not-here', line).hidden = is_here;
  }
  /* Which guest a code belongs to, as far as this list can say: a pass, or a number whose end only one has. */
  function whose(code) {
    var text = code.replace(/\s+/g, '').toUpperCase();
    var tail = /^(\d{4}-)?\d{6}$/.test(text) ? text.slice(-6) : '';
    var found = all('[data-guest]').filter(function (line) {
      return line.getAttribute('data-pass') === text || (tail && line.getAttribute('data-digits') === tail);
    });
    return found.length === 1 ? found[0].getAttribute('data-guest') : '';
  }
  function seen(code, method) {
    if (!code.trim()) { say('none'); return; }
    var signup = whose(code);
    add({ kind: 'in', method: method, code: code.trim() });
    if (signup) show(signup, true);
    say(signup ? 'known' : 'stray');
  }
  function pressed(form) {
    var kind = form.getAttribute('data-kind'), method = form.getAttribute('data-method');
    var signup = form.getAttribute('data-signup'), group = form.getAttribute('data-group');
    if (kind === 'walk_in') {
      var count = one('count', form);
      count.textContent = Number(count.textContent) + 1;
      add({ kind: kind, group: group, people: 1 });
      say('known');
      return;
    }
    if (!signup) {
      seen(form.elements.code.value, method);
      form.elements.code.value = '';
      form.elements.code.focus();
      return;
    }
    var people = form.elements.people ? Number(form.elements.people.value) : undefined;
    add({ kind: kind, method: method, signup_id: signup, people: people });
    show(signup, kind === 'in');
    if (method === 'forced') form.querySelector('button').disabled = true;
    say('known');
  }
  document.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-scan') || !event.target.checkValidity()) return;
    event.preventDefault();
    pressed(event.target);
  });

  /* --- sending: as often as it takes; the nonce makes it one --- */
  function send() {
    var entries = kept().slice(0, MOST);
    if (!entries.length) { box.hidden = true; return; }
    if (sending) return;
    sending = true;
    tell(navigator.onLine === false ? 'offline' : 'sending');
    fetch(door.getAttribute('data-url'), {
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'error',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'X-CSRFToken': door.querySelector('[name=csrfmiddlewaretoken]').value,
      },
      body: JSON.stringify({ device: device(), entries: entries }),
    }).then(function (response) {
      if (response.status === 401 || response.status === 403) { sending = false; tell('stuck'); return null; }
      if (!response.ok) throw new Error(response.status);
      return response.json();
    }).then(function (told) {
      sending = false;
      if (told) settle(told);
    }).catch(function () { sending = false; tell('offline'); });
  }
  function settle(told) {
    var done = {};
    told.outcomes.forEach(function (outcome) {
      done[outcome.nonce] = true;
      if (!outcome.kept) refused.push(outcome.words);
      else if (outcome.trouble) { refused.push(outcome.words); show(outcome.signup_id, false); }
    });
    keep(kept().filter(function (entry) { return !done[entry.nonce]; }));
    one('signups').textContent = told.signup_visits;
    one('walkins').textContent = told.walk_in_visits;
    one('visits').textContent = told.visits;
    refusals.hidden = !refused.length;
    refusals.querySelector('span').textContent = refused.slice(-3).join(' ');
    if (kept().length) send(); else box.hidden = true;
  }
  window.addEventListener('online', send);
  window.addEventListener('offline', function () { tell('offline'); });
  window.setInterval(send, EVERY_MS);
  window.addEventListener('beforeunload', function (event) {
    if (kept().length) { event.preventDefault(); event.returnValue = ''; }
  });

  /* --- the list, shorter as one types: the name, or its first letters --- */
  var filter = one('filter');
  if (filter) filter.addEventListener('input', function () {
    var wanted = filter.value.toLowerCase().replace(/\s+/g, '');
    all('[data-guest]').forEach(function (line) {
      line.hidden = wanted && line.getAttribute('data-find').indexOf(wanted) < 0;
    });
  });

  /* --- the camera, where the browser can read codes by itself --- */
  var button = one('camera'), view = one('view');
  if ('BarcodeDetector' in window && navigator.mediaDevices && window.isSecureContext) {
    var detector = new window.BarcodeDetector({ formats: ['qr_code'] }), last = '', at = 0, stream = null;
    button.hidden = false;
    button.addEventListener('click', function () {
      if (stream) { stop(); return; }
      navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(function (found) {
        stream = found;
        view.srcObject = found;
        view.hidden = false;
        view.play();
        look();
      }).catch(function () { button.hidden = true; });
    });
  }
  function stop() {
    stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    view.hidden = true;
  }
  function look() {
    if (!stream) return;
    detector.detect(view).then(function (codes) {
      codes.forEach(function (code) {
        var now = Date.now();
        if (code.rawValue === last && now - at < AGAIN_MS) return;
        last = code.rawValue;
        at = now;
        seen(code.rawValue, 'qr');
      });
    }).catch(function () { /* the next look */ }).then(function () { window.setTimeout(look, LOOK_MS); });
  }

  if (kept().length) send();
})();
