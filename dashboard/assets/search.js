/* Suggestions as one types: the search field of every page, and fields that pick an office by name.
   A combobox with a list (WAI-ARIA): down, up, enter, escape; mouse and touch. Without this file the fields send what was typed. */
(function () {
  'use strict';
  var WAIT = 120, MARK = '[data-suggest]';
  var box = null, field = null, live = null, options = [], at = -1, timer = 0, asked = null, answered = null;

  function lang() { return document.documentElement.lang === 'en' ? 'en' : 'zh'; }
  function isPicker(input) { return input.dataset.suggest === 'office'; }

  function make(tag, css, text) {
    var node = document.createElement(tag);
    if (css) node.className = css;
    if (text) node.textContent = text;
    return node;
  }

  /* the field becomes a combobox when it is first used; pages are rebuilt, so nothing is done before */
  function enhance(input) {
    if (input.getAttribute('role') === 'combobox') return;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', 'suggestions');
  }

  function announce(text) {
    if (!live) {
      live = make('p', 'sr');
      live.setAttribute('role', 'status');
      document.body.appendChild(live);
    }
    live.textContent = text;
  }

  function close() {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
    if (box) box.remove();
    if (field) {
      field.setAttribute('aria-expanded', 'false');
      field.removeAttribute('aria-activedescendant');
    }
    box = field = answered = null;
    options = [];
    at = -1;
  }

  function option(item, css) {
    var node = make('a', css || 'opt');
    node.id = 'suggestion-' + options.length;
    node.setAttribute('role', 'option');
    node.setAttribute('aria-selected', 'false');
    node.tabIndex = -1;
    if (!isPicker(field)) node.href = item.href;
    node.appendChild(make('b', '', item.name));
    if (item.hint) node.appendChild(make('small', '', item.hint));
    options.push({ node: node, item: item });
    return node;
  }

  function group(found, number) {
    var part = make('div', 'opts'), head = make('p', 'opts-name', found.name);
    part.setAttribute('role', 'group');
    head.id = 'suggested-' + number;
    head.setAttribute('role', 'presentation');
    part.setAttribute('aria-labelledby', head.id);
    part.appendChild(head);
    found.items.forEach(function (item) {
      var line = make('div', 'opt-line');
      line.setAttribute('role', 'presentation');
      line.appendChild(option(item, item.kind === 'all' ? 'opt all' : 'opt'));
      if (item.also) {
        var also = option({ name: item.also.name, href: item.also.href }, 'opt also');
        also.setAttribute('aria-label', item.name + ' ' + item.also.name);
        line.appendChild(also);
      }
      part.appendChild(line);
    });
    return part;
  }

  function show(input, answer) {
    close();
    field = input;
    answered = answer;
    announce(answer.said);
    box = make('div', 'suggest');
    box.id = 'suggestions';
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', input.dataset.list);
    answer.groups.forEach(function (found, number) { box.appendChild(group(found, number)); });
    var none = !answer.groups.some(function (found) { return found.found; });
    if (none) {
      var line = make('p', 'opts-none', answer.said);
      line.setAttribute('role', 'presentation');
      box.insertBefore(line, box.firstChild);
    }
    box.addEventListener('mousedown', function (event) { event.preventDefault(); });
    box.addEventListener('click', clicked);
    input.parentNode.appendChild(box);
    input.setAttribute('aria-expanded', String(options.length > 0));
  }

  function clicked(event) {
    var node = event.target.closest('[role=option]');
    if (!node || !isPicker(field)) return;
    event.preventDefault();
    options.forEach(function (one) { if (one.node === node) pick(one.item); });
  }

  /* a picked office is in the field by name, and in the form by code */
  function pick(item) {
    var input = field;
    input.value = input.dataset.name = item.name;
    input.dataset.code = item.code;
    close();
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function take() {
    var chosen = options[at];
    if (isPicker(field)) pick(chosen.item); else chosen.node.click();
  }

  function move(step) {
    if (!options.length) return;
    if (at >= 0) options[at].node.setAttribute('aria-selected', 'false');
    at += step;
    if (at >= options.length) at = -1;
    if (at < -1) at = options.length - 1;
    if (at < 0) { field.removeAttribute('aria-activedescendant'); return; }
    options[at].node.setAttribute('aria-selected', 'true');
    options[at].node.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', options[at].node.id);
  }

  function address(input) {
    var query = new URLSearchParams({ q: input.value.trim(), lang: lang() });
    var day = new URLSearchParams(location.search).get('asof');
    if (day) query.set('asof', day);
    if (isPicker(input)) query.set('only', 'office');
    if (input.dataset.indicator) query.set('indicator', input.dataset.indicator);
    return '/api/v1/suggest?' + query;
  }

  /* one question at a time: a newer one ends the older */
  function ask(input, then) {
    if (!input.value.trim() && !isPicker(input)) { close(); return; }
    if (asked) asked.abort();
    var own = asked = new AbortController();
    fetch(address(input), { signal: own.signal, credentials: 'same-origin' })
      .then(function (answer) { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then(function (answer) {
        if (own !== asked || document.activeElement !== input) return;
        asked = null;
        show(input, answer);
        if (then) then();
      })
      .catch(function () { if (own === asked) close(); });
  }

  function later(input) {
    clearTimeout(timer);
    timer = setTimeout(function () { ask(input); }, WAIT);
  }

  document.addEventListener('focusin', function (event) {
    if (event.target.matches(MARK)) enhance(event.target);
    if (field && event.target !== field) close();
  });
  document.addEventListener('input', function (event) {
    if (event.target.matches(MARK) && !event.isComposing) later(event.target);
  });
  document.addEventListener('compositionend', function (event) {
    if (event.target.matches(MARK)) later(event.target);
  });
  document.addEventListener('focusout', function (event) {
    if (event.target.matches(MARK)) close();
  });
  document.addEventListener('mousedown', function (event) {
    if (field && event.target !== field && !event.target.closest('#suggestions')) close();
  });

  document.addEventListener('keydown', function (event) {
    var input = event.target;
    if (!input.matches || !input.matches(MARK) || event.isComposing) return;
    var open = field === input && options.length > 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      var step = event.key === 'ArrowDown' ? 1 : -1;
      event.preventDefault();
      if (open) move(step); else ask(input, function () { move(step); });
    } else if (event.key === 'Enter' && open && at >= 0) {
      event.preventDefault();
      take();
    } else if (event.key === 'Enter' && open && isPicker(input) && input.value.trim()) {
      event.preventDefault();
      at = 0;
      take();
    } else if (event.key === 'Enter') {
      close();
    } else if (event.key === 'Escape' && box) {
      event.preventDefault();
      event.stopImmediatePropagation();
      close();
    } else if (event.key === 'Tab') {
      close();
    }
  }, true);

  /* whatever sends a form sends the code of an office that was picked, and the words of one that was not */
  document.addEventListener('formdata', function (event) {
    Array.from(event.target.elements).forEach(function (input) {
      if (input.matches(MARK) && isPicker(input) && input.dataset.code && input.value === input.dataset.name) {
        event.formData.set(input.name, input.dataset.code);
      }
    });
  });
})();
