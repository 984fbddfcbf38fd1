"use strict";
// Without this script everything is there and unfolds; with it, scenarios can be looked for.
(function () {
  var section = document.getElementById("scenarios");
  var rows = Array.prototype.slice.call(section.querySelectorAll(".s"));
  var kinds = [["fail", "does not"], ["error", "error"], ["known", "known"], ["pass", "conforms"], ["skipped", "skipped"]];
  var form = document.createElement("form");
  form.className = "filter";
  form.setAttribute("role", "search");
  var words = document.createElement("input");
  words.type = "search";
  words.placeholder = "Look for a scenario, a rule, an amount";
  words.setAttribute("aria-label", words.placeholder);
  form.appendChild(words);
  var boxes = kinds.map(function (kind) {
    var label = document.createElement("label");
    var box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = kind[0];
    label.appendChild(box);
    label.appendChild(document.createTextNode(" " + kind[1]));
    form.appendChild(label);
    return box;
  });
  var said = document.createElement("span");
  said.setAttribute("role", "status");
  form.appendChild(said);
  function show() {
    var wanted = words.value.toLowerCase();
    var shown = 0;
    rows.forEach(function (row) {
      var kind = boxes.some(function (box) { return box.checked && row.classList.contains(box.value); });
      var there = kind && (!wanted || row.textContent.toLowerCase().indexOf(wanted) >= 0);
      row.classList.toggle("hidden", !there);
      shown += there ? 1 : 0;
    });
    said.textContent = shown + " of " + rows.length;
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  section.insertBefore(form, section.children[1]);
  function unfold() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    for (var each = target; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") { each.open = true; }
      each.classList.remove("hidden");
    }
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", unfold);
  unfold();
  show();
})();
