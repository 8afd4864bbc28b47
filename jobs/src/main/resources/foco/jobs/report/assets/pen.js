"use strict";
/* What draws: on a canvas for the screen and PNG, or as SVG. Both know the same strokes. */
(() => {
  const FONT = "system-ui, sans-serif";

  foco.CanvasPen = class {
    constructor(context) {
      this.context = context;
    }

    rect(x, y, width, height, fill, stroke) {
      if (fill) {
        this.context.fillStyle = fill;
        this.context.fillRect(x, y, width, height);
      }
      if (stroke) {
        this.context.strokeStyle = stroke;
        this.context.lineWidth = 1;
        this.context.strokeRect(x, y, width, height);
      }
    }

    path(d, { stroke, fill, width = 1, opacity = 1, dash = [] }) {
      const path = new Path2D(d);
      this.context.globalAlpha = opacity;
      if (fill) {
        this.context.fillStyle = fill;
        this.context.fill(path);
      }
      if (stroke) {
        this.context.strokeStyle = stroke;
        this.context.lineWidth = width;
        this.context.setLineDash(dash);
        this.context.stroke(path);
        this.context.setLineDash([]);
      }
      this.context.globalAlpha = 1;
    }

    text(x, y, text, { size = 11, fill, anchor = "start", weight = "", turn = 0 }) {
      this.context.save();
      this.context.translate(x, y);
      this.context.rotate((turn * Math.PI) / 180);
      this.context.font = `${weight} ${size}px ${FONT}`;
      this.context.fillStyle = fill;
      this.context.textAlign = { start: "left", middle: "center", end: "right" }[anchor];
      this.context.fillText(text, 0, 0);
      this.context.restore();
    }

    /** Pixels, `scale` of them a unit. */
    image(x, y, width, height, pixels) {
      this.context.imageSmoothingEnabled = false;
      this.context.drawImage(pixels, x, y, width, height);
    }

    clip(x, y, width, height, draw) {
      this.context.save();
      this.context.beginPath();
      this.context.rect(x, y, width, height);
      this.context.clip();
      draw();
      this.context.restore();
    }

    moved(x, y, draw) {
      this.context.save();
      this.context.translate(x, y);
      draw();
      this.context.restore();
    }
  };

  const escaped = (text) =>
    String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  foco.SvgPen = class {
    constructor() {
      this.parts = [];
      this.clips = 0;
    }

    rect(x, y, width, height, fill, stroke) {
      this.parts.push(
        `<rect x="${x}" y="${y}" width="${Math.max(0, width)}" height="${Math.max(0, height)}" fill="${fill || "none"}"` +
          (stroke ? ` stroke="${stroke}"` : "") + "/>",
      );
    }

    path(d, { stroke, fill, width = 1, opacity = 1, dash = [] }) {
      this.parts.push(
        `<path d="${d}" fill="${fill || "none"}" stroke="${stroke || "none"}" stroke-width="${width}" opacity="${opacity}"` +
          (dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "") + "/>",
      );
    }

    text(x, y, text, { size = 11, fill, anchor = "start", weight = "", turn = 0 }) {
      this.parts.push(
        `<text x="${x}" y="${y}" font-family="${FONT}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"` +
          (weight ? ` font-weight="${weight}"` : "") +
          (turn ? ` transform="rotate(${turn} ${x} ${y})"` : "") + `>${escaped(text)}</text>`,
      );
    }

    image(x, y, width, height, pixels) {
      this.parts.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pixels.toDataURL()}"/>`,
      );
    }

    clip(x, y, width, height, draw) {
      const id = `clip${++this.clips}`;
      this.parts.push(`<clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath><g clip-path="url(#${id})">`);
      draw();
      this.parts.push("</g>");
    }

    moved(x, y, draw) {
      this.parts.push(`<g transform="translate(${x} ${y})">`);
      draw();
      this.parts.push("</g>");
    }

    toString(width, height) {
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
        this.parts.join("") + "</svg>"
      );
    }
  };

  /** Where a pen with nothing on its paper measures text. */
  const ruler = document.createElement("canvas").getContext("2d");
  foco.textWidth = (text, size) => {
    ruler.font = `${size}px ${FONT}`;
    return ruler.measureText(text).width;
  };

  /** Text as lines of a width; a word that is longer is cut. */
  foco.wrapped = (text, width, size) => {
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      if (lines.length > 0 && foco.textWidth(longer, size) <= width) {
        lines[lines.length - 1] = longer;
      } else {
        lines.push(foco.fitted(word, width, size));
      }
    }
    return lines;
  };

  /** Text that fits in a width, with an ellipsis if it had to be cut. */
  foco.fitted = (text, width, size) => {
    if (foco.textWidth(text, size) <= width) {
      return text;
    }
    const characters = [...text];
    while (characters.length > 1 && foco.textWidth(characters.join("") + "…", size) > width) {
      characters.length = Math.max(1, Math.floor(characters.length * 0.85));
    }
    return characters.length > 1 ? characters.join("").trimEnd() + "…" : "";
  };
})();
