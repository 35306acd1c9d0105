(function () {
  var svg = document.querySelector(".map svg");
  if (svg) {
    var home = svg.viewBox.baseVal, box = [home.x, home.y, home.width, home.height], start = box.slice(), held = null;
    var show = function () {
      svg.setAttribute("viewBox", box.join(" "));
      var k = box[2] / start[2];
      svg.querySelectorAll(".mark").forEach(function (m) {
        m.setAttribute("transform", m.getAttribute("transform").replace(/ scale\(.*\)/, "") + " scale(" + k + ")");
      });
      svg.querySelector(".scale").style.display = k < 0.999 ? "none" : "";
    };
    var at = function (e) {
      var r = svg.getBoundingClientRect();
      return [box[0] + (e.clientX - r.left) / r.width * box[2], box[1] + (e.clientY - r.top) / r.height * box[3]];
    };
    svg.addEventListener("wheel", function (e) {
      e.preventDefault();
      var p = at(e), f = e.deltaY < 0 ? 0.8 : 1.25, w = Math.min(start[2], Math.max(start[2] / 40, box[2] * f)), k = w / box[2];
      box = [p[0] - (p[0] - box[0]) * k, p[1] - (p[1] - box[1]) * k, w, box[3] * k];
      show();
    }, { passive: false });
    svg.addEventListener("pointerdown", function (e) { held = at(e); svg.setPointerCapture(e.pointerId); svg.classList.add("moving"); });
    svg.addEventListener("pointermove", function (e) {
      if (!held) return;
      var p = at(e); box[0] += held[0] - p[0]; box[1] += held[1] - p[1]; show();
    });
    svg.addEventListener("pointerup", function () { held = null; svg.classList.remove("moving"); });
    svg.addEventListener("dblclick", function () { box = start.slice(); show(); });
  }
  var field = document.querySelector("input[type=search]");
  if (field) field.addEventListener("input", function () {
    var word = field.value.toLowerCase();
    document.querySelectorAll("#all tbody tr").forEach(function (row) {
      row.hidden = word && row.textContent.toLowerCase().indexOf(word) < 0;
    });
  });
})();
