/* Runs before the first paint: the reader's choice of light or dark, if one was made. */
(function () {
  var chosen = /[?&]theme=(dark|light)(&|$)/.exec(location.search);
  var theme = chosen && chosen[1];
  try { theme = theme || localStorage.getItem('livelihood-theme'); } catch (e) { /* storage may be switched off */ }
  if (theme === 'dark' || theme === 'light') document.documentElement.setAttribute('data-theme', theme);
  document.documentElement.classList.add('js');
})();
