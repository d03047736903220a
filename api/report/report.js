(function () {
  "use strict";
  var root = document.documentElement;
  var data = JSON.parse(document.getElementById("mapdata").textContent);
  var map = document.getElementById("map");
  var plan = document.getElementById("plan");
  var kind = document.getElementById("kind");
  var tip = document.getElementById("tip");
  var flows = document.querySelectorAll("#map-flows use");
  var marks = document.querySelectorAll("#map-places > g > g");
  var home = map.getAttribute("viewBox").split(" ").map(Number);
  var words = { vi: ["tấn/ngày", "nền", "Tất cả"], en: ["t/day", "base", "All"] };

  function language() { return root.lang === "vi" ? "vi" : "en"; }
  function say(pair) { return pair ? pair[language() === "vi" ? 0 : 1] : ""; }
  function figure(value, signed) {
    var text = new Intl.NumberFormat(language(), { maximumFractionDigits: 0 }).format(Math.abs(value));
    return (value < 0 ? "\u2212" : signed && value > 0 ? "+" : "") + text;
  }

  function translate() {
    document.querySelectorAll("[data-vi]").forEach(function (element) {
      element[element.dataset.to || "textContent"] = element.dataset[language()];
    });
    document.title = document.querySelector("h1 ." + language()).textContent;
    map.setAttribute("aria-label", map.parentNode.dataset[language() + "Label"]);
    drawScale();
  }
  document.getElementById("language").addEventListener("click", function () {
    root.lang = language() === "vi" ? "en" : "vi";
    translate();
  });

  function isDifference() { return kind.value === "difference" && plan.selectedIndex > 0; }
  function load(line) {
    var value = data.plans[plan.selectedIndex][line];
    return isDifference() ? value - data.plans[0][line] : value;
  }
  function draw() {
    kind.disabled = plan.selectedIndex === 0;
    document.querySelector(".legend").className = "legend " + (isDifference() ? "difference" : "flows");
    flows.forEach(function (line, number) {
      var value = load(number), size = Math.abs(value);
      line.style.display = size < 1 ? "none" : "";
      if (size < 1) { return; }
      var colour = isDifference() ? (value > 0 ? "more" : "less") : data.lines[number][2];
      line.style.stroke = data.colours[colour];
      line.style.strokeWidth = Math.max(data.narrowest, data.widest * Math.sqrt(size / data.largest)) + "px";
    });
    document.querySelectorAll(".side").forEach(function (side, number) { side.hidden = number !== plan.selectedIndex; });
  }
  plan.addEventListener("change", draw);
  kind.addEventListener("change", draw);

  function box() { return map.getAttribute("viewBox").split(" ").map(Number); }
  function unitsPerPixel() {
    var now = box();
    return Math.max(now[2] / map.clientWidth, now[3] / map.clientHeight);
  }
  function drawScale() {
    var kmPerPixel = unitsPerPixel() * data.kmPerUnit, bar = document.getElementById("scale");
    var most = 130 * kmPerPixel, power = Math.pow(10, Math.floor(Math.log10(most)));
    var length = power * (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1);
    bar.style.width = length / kmPerPixel + "px";
    bar.textContent = new Intl.NumberFormat(language()).format(length) + " km";
  }
  function show(next) {
    map.setAttribute("viewBox", next.join(" "));
    var size = "scale(" + unitsPerPixel().toFixed(4) + ")";
    marks.forEach(function (mark) { mark.setAttribute("transform", size); });
    map.classList.toggle("close", next[2] < home[2] / 2.5);
    drawScale();
  }
  function zoom(factor, at) {
    var now = box();
    at = at || { x: now[0] + now[2] / 2, y: now[1] + now[3] / 2 };
    factor = Math.min(factor, 2 * home[2] / now[2]);
    show([at.x - (at.x - now[0]) * factor, at.y - (at.y - now[1]) * factor, now[2] * factor, now[3] * factor]);
  }
  function toMap(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  }
  document.getElementById("nearer").addEventListener("click", function () { zoom(0.6); });
  document.getElementById("farther").addEventListener("click", function () { zoom(1 / 0.6); });
  document.getElementById("home").addEventListener("click", function () { show(home); });
  window.addEventListener("resize", function () { show(box()); });
  map.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !event.metaKey) { return; }
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, toMap(event));
  }, { passive: false });
  map.addEventListener("dblclick", function (event) { zoom(0.5, toMap(event)); });
  map.addEventListener("keydown", function (event) {
    var steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    var step = steps[event.key], now = box();
    if (event.key === "+" || event.key === "-") { zoom(event.key === "+" ? 0.8 : 1.25); }
    if (!step) { return; }
    event.preventDefault();
    show([now[0] + step[0] * now[2] / 10, now[1] + step[1] * now[3] / 10, now[2], now[3]]);
  });
  var start = null;
  map.addEventListener("pointerdown", function (event) { start = toMap(event); map.setPointerCapture(event.pointerId); });
  map.addEventListener("pointerup", function () { start = null; });
  map.addEventListener("pointercancel", function () { start = null; });
  map.addEventListener("pointermove", function (event) {
    if (!start) { return; }
    var at = toMap(event), now = box();
    show([now[0] + start.x - at.x, now[1] + start.y - at.y, now[2], now[3]]);
  });

  function told(target) {
    var lines = [];
    if (target.dataset.line !== undefined) {
      var number = Number(target.dataset.line), line = data.lines[number], value = load(number);
      lines = [say(line), say(data.modes[line[2]]) + ", " + say(data.status[line[3]])];
      lines.push(figure(value, isDifference()) + " " + words[language()][0]);
      if (plan.selectedIndex > 0) { lines.push(words[language()][1] + ": " + figure(data.plans[0][number])); }
    } else if (target.dataset.place !== undefined) {
      var place = data.places[Number(target.dataset.place)];
      lines = [say(place), say(data.kinds[place[2]])];
      if (place[3] > 0) { lines.push(words[language()][1] + ": " + figure(place[3]) + " " + words[language()][0]); }
    }
    return lines;
  }
  map.addEventListener("mousemove", function (event) {
    var lines = start ? [] : told(event.target), frame = map.getBoundingClientRect();
    tip.hidden = !lines.length;
    tip.replaceChildren.apply(tip, lines.map(function (text, number) {
      var row = document.createElement(number ? "div" : "b");
      row.textContent = text;
      return row;
    }));
    var x = event.clientX - frame.left, y = event.clientY - frame.top;
    tip.style.left = (x > frame.width - 290 ? x - tip.offsetWidth - 12 : x + 14) + "px";
    tip.style.top = y + 14 + "px";
  });
  map.addEventListener("mouseleave", function () { tip.hidden = true; });

  document.querySelectorAll(".unfold").forEach(function (button) {
    button.addEventListener("click", function () {
      button.parentNode.classList.toggle("all");
      button.querySelectorAll("[data-fold]").forEach(function (part) { part.hidden = !part.hidden; });
    });
  });
  show(home);
  draw();
  translate();
})();
