"use strict";
/* The data: scripts of this folder, loaded when looked at. Those not looked at for longest are forgotten. */
(() => {
  const MOST_BYTES = 160 << 20;
  const waiting = new Map();
  const held = new Map();
  let bytes = 0;

  /** Groups of seven bits, a character each, back into bytes; see ChunkText.java. */
  function unpack(text) {
    const count = Math.floor((text.length * 7) / 8);
    const out = new Uint8Array(count);
    let hold = 0;
    let bits = 0;
    let at = 0;
    for (let i = 0; i < text.length && at < count; i++) {
      hold = ((hold << 7) | text.charCodeAt(i)) & 0x3fff;
      bits += 7;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (hold >>> bits) & 0xff;
      }
    }
    return out;
  }

  async function inflate(packed) {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** Called by each data script. */
  foco.chunk = (name, text) => waiting.get(name)?.resolve(text);

  function fetchScript(name) {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(foco.t("missing", { name })));
      const script = foco.el("script", { src: `data/${name}.js`, charset: "utf-8" });
      // A script that is there has called foco.chunk before it is "loaded"; to fail then changes nothing.
      script.onerror = script.onload = () => {
        script.remove();
        fail();
      };
      waiting.set(name, { resolve });
      document.head.append(script);
    }).finally(() => waiting.delete(name));
  }

  function forget() {
    for (const [name, entry] of held) {
      if (bytes <= MOST_BYTES || held.size <= 1) {
        return;
      }
      bytes -= entry.size;
      held.delete(name);
    }
  }

  /** A chunk, read by `decode`; the same promise as long as it is held. */
  foco.load = (name, decode) => {
    let entry = held.get(name);
    if (entry) {
      held.delete(name);
      held.set(name, entry);
      return entry.promise;
    }
    entry = { size: 0 };
    entry.promise = (async () => {
      const raw = await inflate(unpack(await fetchScript(name)));
      entry.size = raw.length * 2;
      bytes += entry.size;
      forget();
      return decode(raw);
    })();
    entry.promise.catch(() => held.delete(name));
    held.set(name, entry);
    return entry.promise;
  };

  /** Reads planes of bytes; see Planes.java. */
  foco.Planes = class {
    constructor(raw) {
      this.raw = raw;
      this.at = 0;
    }

    isAtEnd() {
      return this.at >= this.raw.length;
    }

    /** One number of four bytes. */
    number() {
      return this.ints(1)[0];
    }

    octet() {
      return this.raw[this.at++];
    }

    bytes(count) {
      this.at += count;
      return this.raw.subarray(this.at - count, this.at);
    }

    shorts(count) {
      const out = new Uint16Array(count);
      const from = this.at;
      for (let i = 0; i < count; i++) {
        out[i] = this.raw[from + i] | (this.raw[from + count + i] << 8);
      }
      this.at += 2 * count;
      return out;
    }

    ints(count) {
      const out = new Int32Array(count);
      for (let plane = 0; plane < 4; plane++) {
        const from = this.at + plane * count;
        for (let i = 0; i < count; i++) {
          out[i] |= this.raw[from + i] << (8 * plane);
        }
      }
      this.at += 4 * count;
      return out;
    }

    floats(count) {
      return new Float32Array(this.ints(count).buffer);
    }
  };
})();
