/* The page in the browser: draws the first chart from the data in the page, then keeps page and address together.
   Every page also works without this file: links and forms lead to the same addresses. */
(function () {
  'use strict';
  var root = document.documentElement;
  var first = JSON.parse(document.getElementById('view').textContent);
  var current = first, opener = null, openRow = first.row, booted = false;

  function prepare(figure) { return window.livelihood.prepare(figure, document.getElementById('plot')); }

  function drawFirst() {
    var slot = document.getElementById('plot');
    if (!slot || !first.figure || !window.Plotly) return;
    var box = document.createElement('div');
    box.id = 'first-chart';
    slot.appendChild(box);
    var figure = prepare(first.figure);
    window.Plotly.newPlot(box, figure.data, figure.layout, first.config).then(function () { root.setAttribute('data-drawn', ''); });
    watchRoom();
  }

  /* the live chart moves into its place in the page; the first drawing leaves once the live one stands */
  function placeStage() {
    var slot = document.getElementById('plot'), stage = document.getElementById('react-entry-point');
    if (!stage) return;
    (slot || document.getElementById('dash-parking')).appendChild(stage);
  }

  function retireFirst() {
    var box = document.getElementById('first-chart'), stage = document.getElementById('react-entry-point');
    if (!box || !stage) return;
    var done = function () {
      if (!stage.querySelector('.main-svg')) return false;
      box.remove();
      return true;
    };
    if (done()) return;
    var watch = new MutationObserver(function () { if (done()) watch.disconnect(); });
    watch.observe(stage, { childList: true, subtree: true });
  }

  function setProps(id, props) {
    if (!booted || !window.dash_clientside || !window.dash_clientside.set_props) return false;
    window.dash_clientside.set_props(id, props);
    return true;
  }

  /* keep the reader's place when the page is rebuilt under a changed filter */
  function showMain(view) {
    var main = document.getElementById('main'), active = document.activeElement;
    var name = active && main.contains(active) && active.form ? active.name : null;
    document.getElementById('dash-parking').appendChild(document.getElementById('react-entry-point'));
    main.innerHTML = view.main;
    document.title = view.title;
    placeStage();
    if (name) {
      var again = main.querySelector('[name="' + name + '"]');
      if (again) again.focus();
    }
  }

  function showDrawer(html) {
    var drawer = document.getElementById('drawer'), open = Boolean(html);
    if (open) drawer.innerHTML = html;
    drawer.hidden = !open;
    document.querySelector('.scrim').hidden = !open;
    document.getElementById('split').classList.toggle('open', open);
    document.body.classList.toggle('with-drawer', open);
    document.querySelectorAll('.sel').forEach(function (row) { row.classList.remove('sel'); });
    if (open) {
      markSelected(openRow);
      var close = drawer.querySelector('[data-close]');
      if (close) close.focus();
    }
    window.dispatchEvent(new Event('resize'));
  }

  /* focus goes back to what opened the drawer, or to the number's own row where that is gone */
  function closeDrawer() {
    showDrawer('');
    withRow('');
    var main = document.getElementById('main');
    var back = opener && document.body.contains(opener) ? opener : main.querySelector('[data-row="' + openRow + '"]') || main;
    opener = null;
    openRow = '';
    back.focus();
  }

  function open(row, from) {
    if (from && !document.getElementById('drawer').contains(from)) opener = from;
    openRow = row;
    return { row: row, at: Date.now() };
  }

  /* a page that came by back, forward or a filter: its address says whether a number is open */
  function followRow(row) {
    if (row) setProps('opened', { data: open(row, null) });
    else if (!document.getElementById('drawer').hidden) { openRow = ''; opener = null; showDrawer(''); }
  }

  function markSelected(row) {
    document.querySelectorAll('[data-row="' + row + '"]').forEach(function (mark) {
      (mark.closest('tr, .r') || mark).classList.add('sel');
    });
  }

  function withRow(row) {
    var query = new URLSearchParams(location.search);
    if (row) query.set('row', row); else query.delete('row');
    var text = query.toString();
    history.replaceState(history.state, '', location.pathname + (text ? '?' + text : '') + location.hash);
  }

  function toast(text) {
    var box = document.getElementById('toasts'), note = document.createElement('p');
    note.className = 'toast';
    note.textContent = text;
    box.appendChild(note);
    setTimeout(function () { note.remove(); }, 4000);
  }

  function copy(text, said) {
    var done = function () { toast(said); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
    var area = document.createElement('textarea');
    area.value = text;
    document.body.appendChild(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    done();
  }

  function tableText(table) {
    return Array.from(table.rows).map(function (row) {
      return Array.from(row.cells).map(function (cell) { return cell.textContent.trim().replace(/\s+/g, ' '); }).join('\t');
    }).join('\n');
  }

  /* addresses in what is copied are whole ones */
  function wordsOf(part) {
    var words = part.cloneNode(true);
    words.querySelectorAll('a').forEach(function (link) { link.textContent = link.href; });
    return words.textContent.trim();
  }

  function queryOf(form) {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, key) { if (value) query.append(key, value); });
    var text = query.toString();
    return text ? '?' + text : '';
  }

  /* the page has changed its ink or its measure: the chart follows */
  function redraw() {
    var slot = document.getElementById('plot');
    if (!current.figure || !slot) return;
    measure = slot.clientWidth + ' ' + slot.clientHeight;
    if (document.getElementById('chart') && setProps('chart', { figure: prepare(current.figure) })) return;
    redrawNow();
  }

  function redrawNow() {
    var slot = document.getElementById('plot'), chart = slot && slot.querySelector('.js-plotly-plot');
    if (!chart || !current.figure) return;
    var figure = prepare(current.figure);
    window.Plotly.react(chart, figure.data, figure.layout, current.config);
  }

  /* paper has its own ink, row height and width, and does not wait: the chart is drawn at once */
  function redrawForPaper(paper) {
    if (paper.matches) redrawNow(); else redraw();
  }

  /* a chart fits the room it has: windows, drawers and fonts change it */
  var measure = '';
  function watchRoom() {
    var slot = document.getElementById('plot');
    if (!slot || !window.ResizeObserver) return;
    if (room) room.disconnect();
    room = new window.ResizeObserver(function () {
      var has = current.figure && current.figure.layout.meta ? slot.clientWidth + ' ' + slot.clientHeight : slot.clientWidth + ' ' + measure.split(' ')[1];
      if (has !== measure && slot.clientWidth) window.requestAnimationFrame(redraw);
    });
    measure = slot.clientWidth + ' ' + slot.clientHeight;
    room.observe(slot);
  }
  var room = null;

  /* pictures: the code that draws them comes when the first one is asked for */
  function picture(button) {
    var figure = button.closest('figure'), kind = button.dataset.picture;
    var save = function () {
      window.livelihood.picture(figure, kind, button.dataset.name).then(
        function () { toast(button.dataset.said); }, function () { toast(button.dataset.sorry); });
    };
    if (window.livelihood.picture) { save(); return; }
    var script = document.createElement('script');
    script.src = document.body.dataset.pictureCode;
    script.onload = save;
    script.onerror = function () { toast(button.dataset.sorry); };
    document.head.appendChild(script);
  }

  function embedCode(address) {
    var frame = document.createElement('iframe');
    frame.src = new URL(address, location.href).href;
    frame.title = document.title;
    frame.width = '100%';
    frame.height = String(Math.min(900, Math.round((document.querySelector('figure.chart') || document.body).scrollHeight + 80)));
    frame.style.border = '0';
    return frame.outerHTML;
  }

  function closeMenus(but) {
    document.querySelectorAll('details.menu[open]').forEach(function (menu) { if (menu !== but) menu.open = false; });
  }

  document.addEventListener('change', function (event) {
    var form = event.target.form;
    if (!form || !form.hasAttribute('data-live')) return;
    if (!setProps('address', { search: queryOf(form) })) form.submit();
  });
  document.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-live')) return;
    if (setProps('address', { search: queryOf(event.target) })) event.preventDefault();
  });
  document.addEventListener('click', function (event) {
    var other = event.target.closest('a[data-switch]');
    if (other) other.search = location.search;
    var target = event.target.closest('[data-row],[data-close],[data-theme-toggle],[data-copy],[data-copy-link],[data-copy-embed],[data-picture],[data-print]');
    closeMenus(event.target.closest('details.menu'));
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (target.dataset.row !== undefined) {
      if (setProps('opened', { data: open(target.dataset.row, target) })) { event.preventDefault(); withRow(target.dataset.row); }
    } else if (target.dataset.close !== undefined) {
      event.preventDefault();
      closeDrawer();
    } else if (target.dataset.themeToggle !== undefined) {
      toggleTheme();
    } else if (target.dataset.copy !== undefined) {
      var from = document.querySelector(target.dataset.copy);
      if (from) copy(from.tagName === 'TABLE' ? tableText(from) : wordsOf(from), target.dataset.said);
    } else if (target.dataset.copyLink !== undefined) {
      copy(target.dataset.copyLink ? new URL(target.dataset.copyLink, location.href).href : location.href, target.dataset.said);
    } else if (target.dataset.copyEmbed !== undefined) {
      copy(embedCode(target.dataset.copyEmbed), target.dataset.said);
    } else if (target.dataset.picture !== undefined) {
      picture(target);
    } else {
      closeMenus();
      window.print();
    }
    if (target.closest('.pop')) closeMenus();
  });
  /* over the page the drawer keeps the focus, and the page behind it does not move */
  function keepInside(event) {
    var drawer = document.getElementById('drawer');
    if (drawer.hidden || window.matchMedia('(min-width: 1200px)').matches) return;
    var stops = Array.from(drawer.querySelectorAll('a[href], button, summary')).filter(function (stop) { return stop.offsetParent; });
    var at = stops.indexOf(document.activeElement), next = at + (event.shiftKey ? -1 : 1);
    if (at >= 0 && stops[next]) return;
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0].focus();
  }
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Tab') keepInside(event);
    if (event.key !== 'Escape') return;
    var menu = document.querySelector('details.menu[open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); } else if (!document.getElementById('drawer').hidden) closeDrawer();
  });

  function toggleTheme() {
    var dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
    var now = root.getAttribute('data-theme') || (dark ? 'dark' : 'light');
    var next = now === 'dark' ? 'light' : 'dark';
    root.setAttribute('data-theme', next);
    try { localStorage.setItem('livelihood-theme', next); } catch (e) { /* the choice then lasts for this page */ }
    redraw();
  }
  window.matchMedia('(max-width: 699px)').addListener(redraw);
  window.matchMedia('(prefers-color-scheme: dark)').addListener(redraw);
  window.matchMedia('print').addListener(redrawForPaper);

  /* wires of the live app; named in dashboard/wires.py */
  window.dash_clientside = Object.assign({}, window.dash_clientside, { site: {
    stage: function (view) {
      booted = true;
      root.setAttribute('data-live', '');
      var asked = view || first;
      if (view) { current = view; showMain(view); followRow(view.row); }
      placeStage();
      watchRoom();
      if (!asked.figure) return null;
      var figure = prepare(asked.figure);
      if (document.getElementById('chart')) { setProps('chart', { figure: figure }); return window.dash_clientside.no_update; }
      retireFirst();
      return { namespace: 'dash_core_components', type: 'Graph', props: { id: 'chart', figure: figure, config: asked.config, responsive: false } };
    },
    drawer: function (html) {
      if (html !== undefined && html !== null) showDrawer(html);
      return window.dash_clientside.no_update;
    },
    clicked: function (click) {
      var row = click && click.points && click.points[0] && click.points[0].customdata;
      if (!row) return window.dash_clientside.no_update;
      withRow(row);
      return open(row, document.querySelector('#main [data-row="' + row + '"]'));
    }
  } });

  /* the live app comes after the first drawing; until then filters are plain forms */
  function bringLive() {
    if (document.readyState === 'loading') { document.addEventListener('DOMContentLoaded', bringLive); return; }
    var files = document.getElementById('live').content.querySelectorAll('script[src]'), left = files.length;
    files.forEach(function (file) {
      var script = document.createElement('script');
      script.src = file.src;
      script.async = false;
      script.onload = function () {
        left -= 1;
        if (!left) window.renderer = new window.DashRenderer();
      };
      document.body.appendChild(script);
    });
  }

  drawFirst();
  if (first.row) markSelected(first.row);
  document.body.classList.toggle('with-drawer', !document.getElementById('drawer').hidden);
  if (document.hidden) bringLive(); else requestAnimationFrame(function () { setTimeout(bringLive); });
})();
