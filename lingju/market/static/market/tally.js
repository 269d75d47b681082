/* 摊位计数, made to last where the network does not: every press is kept on this device first, then sent.
   The page works without this file. What is kept: a nonce, one more or one fewer, when. Nothing about anybody. */
(function () {
  var stall = document.querySelector('[data-tally]');
  if (!stall || !window.fetch || !window.JSON) return;
  var KEPT = 'lingju.stall.' + stall.getAttribute('data-stall'), DEVICE = 'lingju.device';
  var EVERY_MS = 20000, MOST = 200;
  var box = one('queue'), refusals = one('refusals'), count = one('visits');
  var memory = [], sending = false, refused = [], base = Number(count.textContent);

  function one(name) { return stall.querySelector('[data-' + name + ']'); }
  function nonce() {
    var bytes = new Uint8Array(16);
    (window.crypto || window.msCrypto).getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  }
  function kept() {
    try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch (e) { return memory; }
  }
  function keep(presses) {
    memory = presses;
    try { presses.length ? localStorage.setItem(KEPT, JSON.stringify(presses)) : localStorage.removeItem(KEPT); } catch (e) { /* memory */ }
  }
  function device() {
    try {
      var name = localStorage.getItem(DEVICE);
      if (!name) { name = 'd' + nonce().slice(0, 12); localStorage.setItem(DEVICE, name); }
      return name;
    } catch (e) { return ''; }
  }
  function tell(name) {
    var n = kept().length, words = box.querySelector('span');
    box.hidden = !n;
    if (n) words.textContent = words.getAttribute('data-' + name).replace('{n}', n);
  }
  /* What the server knows, and what this device still holds. */
  function show() {
    count.textContent = kept().reduce(function (sum, press) { return sum + press.change; }, base);
  }

  document.addEventListener('submit', function (event) {
    var change = Number(event.target.getAttribute('data-press'));
    if (!change) return;
    event.preventDefault();
    if (change < 0 && Number(count.textContent) < 1) return;
    keep(kept().concat([{
      nonce: nonce(), change: change, device_at: new Date().toISOString(), was_offline: navigator.onLine === false,
    }]));
    show();
    send();
  });

  function send() {
    var presses = kept().slice(0, MOST);
    if (!presses.length) { box.hidden = true; return; }
    if (sending) return;
    sending = true;
    tell(navigator.onLine === false ? 'offline' : 'sending');
    fetch(stall.getAttribute('data-url'), {
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'error',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'X-CSRFToken': stall.querySelector('[name=csrfmiddlewaretoken]').value,
      },
      body: JSON.stringify({ device: device(), presses: presses }),
    }).then(function (response) {
      if (response.status >= 400 && response.status < 500) { sending = false; tell('stuck'); return null; }
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
    });
    keep(kept().filter(function (press) { return !done[press.nonce]; }));
    base = told.visits;
    show();
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

  show();
  send();
})();
