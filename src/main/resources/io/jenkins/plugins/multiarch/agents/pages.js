/* Waits until no agent is being probed any more, and shows the page again. */
(function () {
  "use strict";

  const PERIOD = 1000;
  const NOTE = "multiarch-probed";

  function shown() {
    return document.querySelector("[data-multiarch-probing]");
  }

  async function stillProbing() {
    const answer = await fetch("api/json?tree=probing", { cache: "no-store" });
    if (!answer.ok) {
      throw new Error("HTTP " + answer.status);
    }
    return (await answer.json()).probing;
  }

  function wait(page) {
    setTimeout(async () => {
      try {
        if (await stillProbing()) {
          wait(page);
        } else {
          sessionStorage.setItem(NOTE, page.dataset.multiarchDone);
          location.reload();
        }
      } catch (e) {
        // Jenkins is restarting, or the session is over: whoever looks at the page will see.
        notificationBar.show(page.dataset.multiarchFailed, notificationBar.WARNING);
      }
    }, PERIOD);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = shown();
    if (page) {
      wait(page);
      return;
    }
    const note = sessionStorage.getItem(NOTE);
    if (note) {
      sessionStorage.removeItem(NOTE);
      notificationBar.show(note, notificationBar.SUCCESS);
    }
  });
})();
