// Building what is shown: elements, their words, and where the reader's attention goes.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, text);
}

function paragraph(text, attributes = {}) {
  return text ? make("p", attributes, text) : null;
}

function bullets(lines, attributes = {}, tag = "ul") {
  return make(tag, attributes, lines.map((line) => make("li", {}, line)));
}

function section(title, attributes, ...children) {
  const id = `about-${title.replace(/\W+/g, "-")}`;
  return make("section", { "aria-labelledby": id, ...attributes }, make("h2", { id }, title), children);
}

// Told to a screen reader: milestones, never each second.
function announce(text) {
  document.getElementById("live").textContent = text;
}

function lookAt(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "start" });
}
