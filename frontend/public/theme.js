// Puts the chosen colours on the page before anything is drawn; a file of its own, since the policy allows nothing inline.
(function () {
  var root = document.documentElement;
  var theme = 'auto';
  var settings = {};
  try {
    theme = localStorage.getItem('sandbar.theme') || 'auto';
    settings = JSON.parse(localStorage.getItem('sandbar.settings') || '{}');
  } catch (fault) {
    // A browser without storage gets what is usual.
  }
  var isDark = theme === 'dark' || (theme !== 'light' && !matchMedia('(prefers-color-scheme: light)').matches);
  root.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
  root.setAttribute('data-palette', settings.palette === 'safe' ? 'safe' : 'default');
  root.setAttribute('data-red-up', String(settings.isRedUp === true));
})();
