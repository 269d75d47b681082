/* 说一声, made easier where a browser can: a draft that outlives a lost network, a voice, a look at photos.
   Every step works without this file. Nothing is ever sent by itself: a person presses. */
(function () {
  var KEPT = 'lingju.say', DAYS = 3, LONGEST_S = 120;
  var form = document.querySelector('[data-say]');
  function one(name, within) { return (within || document).querySelector('[data-' + name + ']'); }
  function each(name, act) { Array.prototype.forEach.call(document.querySelectorAll('[data-' + name + ']'), act); }

  /* Storage may be forbidden, full or shared by many: then there simply is no draft. */
  function keep(draft) { try { localStorage.setItem(KEPT, JSON.stringify(draft)); } catch (e) { /* none */ } }
  function kept() {
    try {
      var draft = JSON.parse(localStorage.getItem(KEPT));
      return draft && Date.now() - draft.at < DAYS * 864e5 ? draft : null;
    } catch (e) { return null; }
  }
  function drop() { try { localStorage.removeItem(KEPT); } catch (e) { /* none */ } }

  each('print', function (button) {
    button.hidden = false;
    button.addEventListener('click', function () { window.print(); });
  });
  if (one('done')) drop();
  if (!form) return;

  var text = form.elements.text, key = form.elements.key, fresh = key.value;

  /* --- the draft: the words alone, and under which key they were sent --- */
  function draft() {
    if (form.hasAttribute('data-shared')) return;
    var box = one('draft'), before = kept();
    function save(sent) {
      if (!text.value.trim()) return;
      keep({ text: text.value, key: sent || (before && before.text === text.value && before.key) || '', at: Date.now() });
      before = kept();
    }
    if (before && before.text.trim() && !text.value.trim()) {
      box.hidden = false;
      one('draft-text').textContent = before.text.slice(0, 60) + (before.text.length > 60 ? '…' : '');
      one('draft-use').addEventListener('click', function () {
        text.value = before.text;
        if (before.key) key.value = before.key;  /* perhaps it arrived after all: the same key makes no second need */
        box.hidden = true;
        text.focus();
      });
      one('draft-drop').addEventListener('click', function () { drop(); before = null; box.hidden = true; text.focus(); });
    }
    text.addEventListener('input', function () {
      if (before && before.key && before.text !== text.value) key.value = fresh;
      save();
    });
    form.addEventListener('submit', function (event) { if (!event.defaultPrevented) save(key.value); });
  }

  /* --- the network: say so, keep the words, wait for the person --- */
  function network() {
    var note = one('offline'), words = note.querySelector('span');
    function say(which) {
      words.textContent = words.getAttribute('data-' + which);
      note.hidden = false;
      note.setAttribute('role', 'alert');
    }
    window.addEventListener('offline', function () { say('off'); });
    window.addEventListener('online', function () { if (!note.hidden) say('on'); });
    form.addEventListener('submit', function (event) {
      if (navigator.onLine !== false) return;
      event.preventDefault();
      say('off');
      note.scrollIntoView();
    });
  }

  /* --- pressed twice: the second press waits, unless the page comes back --- */
  function once() {
    var sending = false;
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      if (sending) { event.preventDefault(); return; }
      sending = true;
      setTimeout(function () { sending = false; form.removeAttribute('aria-busy'); }, 8000);
      form.setAttribute('aria-busy', 'true');
    });
    window.addEventListener('pageshow', function () { sending = false; form.removeAttribute('aria-busy'); });
  }

  /* --- photos: see them before they go --- */
  function photos() {
    var input = form.elements.photo, shots = one('shots');
    if (!input || !shots || !window.URL) return;
    one('photo-box').classList.add('say-over');  /* the box below would only repeat what the pictures show */
    input.addEventListener('change', function () {
      shots.textContent = '';
      Array.prototype.slice.call(input.files, 0, 4).forEach(function (file) {
        if (!/^image\//.test(file.type)) return;
        var picture = document.createElement('img');
        picture.alt = file.name;
        picture.onload = function () { URL.revokeObjectURL(picture.src); };
        picture.src = URL.createObjectURL(file);
        shots.appendChild(picture);
      });
      shots.hidden = !shots.firstChild;
    });
  }

  /* --- the voice: press, speak, press; the recording lies in the same box that a file would --- */
  function voice() {
    var button = one('mic'), box = one('voice-box'), heard = one('heard'), input = form.elements.voice;
    if (!button || !navigator.mediaDevices || !window.MediaRecorder || !window.DataTransfer) return;
    if (!navigator.mediaDevices.getUserMedia || !window.isSecureContext) return;
    var label = button.querySelector('b'), asks = label.textContent, words = one('heard-text');
    var recorder = null, began = 0, ticking = 0;
    button.hidden = false;
    box.hidden = true;

    function tell(what, seconds) {
      words.textContent = words.getAttribute('data-' + what).replace('{n}', seconds);
      heard.setAttribute('role', what === 'no' ? 'alert' : 'status');
      one('heard-drop').hidden = what === 'no';
      heard.hidden = false;
    }
    function rest() {
      clearInterval(ticking);
      button.setAttribute('aria-pressed', 'false');
      label.textContent = asks;
    }
    function fail() { rest(); tell('no'); box.hidden = false; }
    function finish(stream, chunks, seconds) {
      stream.getTracks().forEach(function (track) { track.stop(); });
      rest();
      var type = (recorder.mimeType || 'audio/webm').split(';')[0];
      var carried = new DataTransfer();
      carried.items.add(new File(chunks, 'voice.' + (type.split('/')[1] || 'webm'), { type: type }));
      input.files = carried.files;
      recorder = null;
      tell('said', seconds);
    }
    function start(stream) {
      var chunks = [];
      recorder = new MediaRecorder(stream);
      recorder.ondataavailable = function (event) { if (event.data.size) chunks.push(event.data); };
      recorder.onstop = function () { finish(stream, chunks, Math.max(1, Math.round((Date.now() - began) / 1000))); };
      recorder.start();
      began = Date.now();
      button.setAttribute('aria-pressed', 'true');
      heard.hidden = true;
      ticking = setInterval(function () {
        var seconds = Math.round((Date.now() - began) / 1000);
        label.textContent = button.getAttribute('data-stop') + ' ' + seconds;
        if (seconds >= LONGEST_S && recorder) recorder.stop();
      }, 500);
    }
    button.addEventListener('click', function () {
      if (recorder && recorder.state === 'recording') { recorder.stop(); return; }
      navigator.mediaDevices.getUserMedia({ audio: true }).then(start).catch(fail);
    });
    one('heard-drop').addEventListener('click', function () {
      input.value = '';
      heard.hidden = true;
      button.focus();
    });
    /* Sent while still speaking: what was said so far would be lost, so finish first. */
    form.addEventListener('submit', function (event) {
      if (!recorder || recorder.state !== 'recording') return;
      event.preventDefault();
      recorder.stop();
    });
  }

  voice();
  network();
  once();
  draft();
  photos();
  var errors = document.getElementById('errors');
  if (errors) errors.focus();
})();
