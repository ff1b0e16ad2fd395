/* The page about an export: asks how far it is, and shows the whole page anew when that changes. */
(function () {
  'use strict';
  var box = document.querySelector('[data-export]');
  if (!box) return;
  var bar = box.querySelector('progress'), said = box.querySelector('[data-said]');
  var AGAIN = 1500, SLOWER = 5000;

  function look() {
    fetch(box.dataset.export, { headers: { Accept: 'application/json' }, cache: 'no-store' })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (found) {
        if (!found || found.state !== box.dataset.state) { location.reload(); return; }
        if (found.written) { bar.max = found.total; bar.value = found.written; }
        said.textContent = found.said[box.dataset.lang];
        setTimeout(look, AGAIN);
      })
      .catch(function () { setTimeout(look, SLOWER); });
  }
  setTimeout(look, AGAIN);
})();
