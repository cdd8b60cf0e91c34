// Shortens a long list of boxes to those whose label has the letters typed; accents and case do not matter.
(function () {
  const plain = (text) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

  function shorten(list, typed) {
    let shown = 0;
    list.querySelectorAll('.checkbox-list__option').forEach((option) => {
      const fits = plain(option.textContent).includes(plain(typed.trim()));
      option.hidden = !fits;
      if (fits) shown += 1;
    });
    list.querySelector('.checkbox-list__none').hidden = shown > 0;
  }

  // The field serves the eye only: the editor must not take it for a change of the article.
  document.addEventListener('input', (event) => {
    if (!event.target.matches('.checkbox-list__filter')) return;
    event.stopImmediatePropagation();
    shorten(event.target.closest('[data-checkbox-list]'), event.target.value);
  }, true);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('.checkbox-list__filter')) event.preventDefault();
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('.checkbox-list__filter').forEach((filter) => { filter.hidden = false; });
  });
})();
