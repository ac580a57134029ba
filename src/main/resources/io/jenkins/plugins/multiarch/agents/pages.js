/* Waits until no agent is being probed any more, and shows the page again; says so to whoever has asked for it. */
(function () {
  "use strict";

  const PERIOD = 1000;

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
          location.reload();
        }
      })
      .catch(() => {
        // Jenkins is restarting, or the session is over: whoever looks at the page decides.
        notificationBar.show(page.dataset.unknown, notificationBar.WARNING);
      });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector(".multiarch-page");
    if (page.dataset.probing === "true") {
      setTimeout(() => look(page), PERIOD);
      return;
    }
    const address = new URL(location.href);
    if (address.searchParams.has("asked")) {
      // Once is enough.
      address.searchParams.delete("asked");
      history.replaceState(null, "", address);
      notificationBar.show(page.dataset.probed, notificationBar.SUCCESS);
    }
  });
})();
