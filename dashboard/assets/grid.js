/* The grid of the Evidence page: keys, a range of cells, copying, columns. Loaded there only; without it the same
   addresses sort, filter and choose columns by links and a form. */
(function () {
  'use strict';
  var root = document.documentElement, main = document.getElementById('main'), drawer = document.getElementById('drawer');
  var table = null, here = null, anchor = null, start = null, dragged = false, back = null, stay = null, isFirst = true;

  function bodyRows() { return Array.from(table.tBodies[0].rows); }
  function place(cell) { return { row: cell.parentNode.rowIndex, column: cell.cellIndex }; }
  function cellAt(row, column) { return table.rows[row] && table.rows[row].cells[column]; }
  function isHead(cell) { return cell.parentNode.parentNode === table.tHead; }
  /* a head that sorts is its link; any other cell is itself */
  function target(cell) { return (isHead(cell) && cell.querySelector('a')) || cell; }
  function cellOf(node) {
    var cell = node && node.closest && node.closest('td,th');
    return cell && table && table.contains(cell) ? cell : null;
  }
  function bounded(value, low, high) { return Math.max(low, Math.min(high, value)); }

  /* what a screen reader needs to know of a grid, of which one page is here */
  function begin() {
    var found = main.querySelector('table.grid');
    adoptColumns();
    if (!found || found === table) return;
    table = found; here = anchor = start = null;
    var first = Number(table.dataset.first);
    table.setAttribute('role', 'grid');
    table.setAttribute('aria-label', table.dataset.label);
    table.setAttribute('aria-multiselectable', 'true');
    table.setAttribute('aria-readonly', 'true');
    table.setAttribute('aria-rowcount', String(Number(table.dataset.total) + 1));
    Array.from(table.rows).forEach(function (row, number) {
      row.setAttribute('role', 'row');
      row.setAttribute('aria-rowindex', String(number === 0 ? 1 : first + number + 1));
      Array.from(row.cells).forEach(function (cell) {
        cell.setAttribute('role', number === 0 ? 'columnheader' : cell.tagName === 'TH' ? 'rowheader' : 'gridcell');
        target(cell).setAttribute('tabindex', '-1');
      });
      var link = number > 0 && row.querySelector('a[data-row]');
      if (link) link.setAttribute('tabindex', '-1');
    });
    table.parentNode.removeAttribute('tabindex');
    var named = table.querySelector('tbody tr.sel');
    mark(named ? named.cells[0] : cellAt(Math.min(1, table.rows.length - 1), 0));
    if (named) show(named);
    isFirst = false;
    comeBack();
  }

  /* the row that the address names: the page goes to it once, the grid whenever it is rebuilt; cards have no frame
     of their own, and their heights are known only once they were drawn */
  function show(row) {
    var room = table.parentNode, isCards = window.matchMedia('(max-width: 699px)').matches;
    var reach = function () { row.scrollIntoView({ block: 'center' }); };
    if (isFirst || isCards) reach();
    if (isCards) { requestAnimationFrame(reach); return; }
    room.scrollTop = row.offsetTop - (room.clientHeight - row.offsetHeight) / 2;
  }

  /* the reader's place after the page was rebuilt */
  function comeBack() {
    var goal = back && main.querySelector(back.find);
    if (back && back.menu) main.querySelector('.menu').open = true;
    if (back && back.top) table.parentNode.scrollTop = 0;
    if (back && back.top) main.querySelector('#found').scrollIntoView({ block: 'start' });
    if (goal) { var cell = cellOf(goal); if (cell) mark(cell); goal.focus(); }
    back = null;
  }

  /* one cell is in the order of tabbing; the range lies between it and the anchor */
  function mark(cell) {
    if (here) target(here).setAttribute('tabindex', '-1');
    here = cell;
    if (here) target(here).setAttribute('tabindex', '0');
  }

  function picked() {
    if (!here) return [];
    var from = place(anchor || here), to = place(here), rows = [];
    for (var r = Math.min(from.row, to.row); r <= Math.max(from.row, to.row); r += 1) {
      var cells = [];
      for (var c = Math.min(from.column, to.column); c <= Math.max(from.column, to.column); c += 1) cells.push(cellAt(r, c));
      rows.push(cells);
    }
    return rows;
  }

  function paint() {
    table.querySelectorAll('[aria-selected]').forEach(function (cell) { cell.removeAttribute('aria-selected'); });
    var rows = picked();
    if (rows.length * (rows[0] || []).length < 2) return;
    rows.forEach(function (cells) { cells.forEach(function (cell) { cell.setAttribute('aria-selected', 'true'); }); });
  }

  function go(cell, extends_) {
    if (!cell) return;
    if (!extends_) anchor = null; else if (!anchor) anchor = here;
    mark(cell);
    target(cell).focus();
    paint();
  }

  function step(event) {
    var at = place(here), last = table.rows.length - 1, side = table.rows[0].cells.length - 1, all = event.ctrlKey || event.metaKey;
    var page = Math.max(1, Math.floor(table.parentNode.clientHeight / Math.max(1, table.rows[last].offsetHeight)) - 1);
    switch (event.key) {
      case 'ArrowRight': return cellAt(at.row, bounded(at.column + 1, 0, side));
      case 'ArrowLeft': return cellAt(at.row, bounded(at.column - 1, 0, side));
      case 'ArrowDown': return cellAt(bounded(at.row + 1, 0, last), at.column);
      case 'ArrowUp': return cellAt(bounded(at.row - 1, 0, last), at.column);
      case 'PageDown': return cellAt(bounded(at.row + page, 1, last), at.column);
      case 'PageUp': return cellAt(bounded(at.row - page, 1, last), at.column);
      case 'Home': return cellAt(all ? 1 : at.row, 0);
      case 'End': return cellAt(all ? last : at.row, side);
      default: return null;
    }
  }

  /* what goes to a spreadsheet: plain numbers, no cell that it would reckon with, one line a row */
  function written(cell) {
    if (cell.dataset.plain !== undefined) return cell.dataset.plain;
    return guarded(cell.textContent);
  }
  function guarded(text) {
    var one = text.replace(/\s+/g, ' ').trim();
    if (/^[=+\-@]/.test(one)) one = "'" + one;
    return /^"/.test(one) ? '"' + one.replace(/"/g, '""') + '"' : one;
  }
  function range() { return picked().map(function (cells) { return cells.map(written).join('\t'); }).join('\n'); }
  function rowWithSource() {
    var row = here && here.parentNode;
    if (!row || !row.dataset.key) return '';
    var source = main.querySelector('[data-source="' + row.dataset.document + '"]'), query = new URLSearchParams(location.search);
    var asof = query.get('asof'), link = location.origin + location.pathname + '?' + (asof ? 'asof=' + asof + '&' : '') + 'row=' + encodeURIComponent(row.dataset.key);
    return Array.from(row.cells).map(written).concat([guarded(source ? source.textContent : ''), link]).join('\t');
  }

  function toast(text) {
    var note = document.createElement('p');
    note.className = 'toast';
    note.textContent = text;
    document.getElementById('toasts').appendChild(note);
    setTimeout(function () { note.remove(); }, 4000);
  }

  function copyText(text, said) {
    var done = function () { toast(said); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
    var area = document.createElement('textarea'), focused = document.activeElement;
    area.value = text;
    document.body.appendChild(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    if (focused) focused.focus();
    done();
  }

  function openRow(cell) {
    var link = cell.parentNode.querySelector('a[data-row]');
    if (link) link.click();
  }

  /* columns: a form without scripts names those shown, a script names those left out */
  function boxes() { return Array.from(main.querySelectorAll('.pop input[type=checkbox][form=asked]')); }
  function adoptColumns() {
    var hide = main.querySelector('#asked [name=hide]');
    if (!hide || !hide.disabled) return;
    hide.disabled = false;
    boxes().forEach(function (box) { box.removeAttribute('name'); });
  }
  document.addEventListener('change', function (event) {
    if (boxes().indexOf(event.target) < 0) return;
    var hide = main.querySelector('#asked [name=hide]');
    var hidden = boxes().filter(function (box) { return !box.checked; }).map(function (box) { return box.value; }).join(' ');
    hide.value = hidden === hide.dataset.usual ? '' : hidden || 'none';
    back = { find: '.pop input[value=' + event.target.value + ']', menu: true };
  }, true);

  /* links that sort, page or take a filter away change the page in place */
  function follow(event, link) {
    var live = root.hasAttribute('data-live') && window.dash_clientside && window.dash_clientside.set_props;
    if (!live || event.ctrlKey || event.metaKey || event.shiftKey || link.pathname !== location.pathname) return;
    event.preventDefault();
    back = link.dataset.column ? { find: 'thead a[data-column=' + link.dataset.column + ']' } : { find: 'none', top: link.closest('.pager') };
    window.dash_clientside.set_props('address', { search: link.search });
  }

  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[data-go]'), button = event.target.closest('[data-grid-copy]');
    if (link) { follow(event, link); return; }
    if (button) {
      var text = button.dataset.gridCopy === 'row' ? rowWithSource() : table && range();
      if (text) copyText(text, button.dataset.said); else toast(button.dataset.none);
      return;
    }
    var cell = cellOf(event.target);
    if (!cell || isHead(cell) || event.target.closest('a') || event.shiftKey || event.ctrlKey || event.metaKey) return;
    if (dragged || String(window.getSelection())) return;
    stay = cell;
    setTimeout(function () { stay = null; }, 2000);
    openRow(cell);
  });

  /* a click shows the evidence beside the grid and leaves the reader in it, where both have room */
  drawer.addEventListener('focusin', function () {
    if (!stay || !window.matchMedia('(min-width: 1200px)').matches) return;
    var cell = stay;
    stay = null;
    if (table.contains(cell)) cell.focus();
  });

  document.addEventListener('mousedown', function (event) {
    var cell = event.button === 0 && cellOf(event.target);
    dragged = false;
    if (!cell || isHead(cell)) return;
    if (event.shiftKey && here) { event.preventDefault(); go(cell, true); return; }
    start = cell;
    anchor = null;
    mark(cell);
    paint();
  });
  document.addEventListener('mousemove', function (event) {
    var cell = start && cellOf(event.target);
    if (!cell || isHead(cell) || cell === here) return;
    dragged = true;
    table.classList.add('dragging');
    window.getSelection().removeAllRanges();
    anchor = start;
    mark(cell);
    paint();
  });
  document.addEventListener('mouseup', function () {
    start = null;
    if (!table || !dragged) return;
    table.classList.remove('dragging');
    target(here).focus({ preventScroll: true });
  });

  document.addEventListener('focusin', function (event) {
    var cell = cellOf(event.target);
    if (cell && cell !== here) { anchor = null; mark(cell); paint(); }
  });

  main.addEventListener('keydown', function (event) {
    var cell = cellOf(event.target);
    if (!cell || event.altKey) return;
    if (cell !== here) mark(cell);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      anchor = cellAt(1, 0);
      mark(cellAt(table.rows.length - 1, table.rows[0].cells.length - 1));
      target(here).focus({ preventScroll: true });
      paint();
      return;
    }
    if (event.key === 'Enter' && !isHead(cell) && event.target === cell) { event.preventDefault(); openRow(cell); return; }
    if (event.key === 'Escape' && drawer.hidden) { anchor = null; paint(); return; }
    var next = step(event);
    if (!next) return;
    event.preventDefault();
    go(next, event.shiftKey);
  });

  document.addEventListener('copy', function (event) {
    if (!table || !here || !table.contains(document.activeElement) || String(window.getSelection())) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', range());
    toast(main.querySelector('[data-grid-copy=cells]').dataset.said);
  });

  new MutationObserver(begin).observe(main, { childList: true });
  begin();
})();
