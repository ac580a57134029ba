/* Waits until no agent is being probed any more, and shows the page again. */
(function () {
  "use strict";

  const PERIOD = 1000;
  const NOTE = "multiarch-probed";

  function look(page) {
    fetch("api/json?tree=probing", { cache: "no-store" })
      .then((answer) => {
        if (!answer.ok) {
          throw new Error("HTTP " + answer.status);
        }
        return answer.json();
      })
      .then((state) => {
        if (state.probing) {
          setTimeout(() => look(page), PERIOD);
        } else {
          sessionStorage.setItem(NOTE, page.dataset.multiarchDone);
          location.reload();
        }
      })
      .catch(() => {
        // Jenkins is restarting, or the session is over: whoever looks at the page decides.
        notificationBar.show(
          page.dataset.multiarchFailed,
          notificationBar.WARNING,
        );
      });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector("[data-multiarch-probing]");
    if (page) {
      setTimeout(() => look(page), PERIOD);
      return;
    }
    const note = sessionStorage.getItem(NOTE);
    if (note) {
      sessionStorage.removeItem(NOTE);
      notificationBar.show(note, notificationBar.SUCCESS);
    }
  });
})();
