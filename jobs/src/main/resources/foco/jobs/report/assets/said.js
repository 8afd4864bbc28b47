"use strict";
/* Sentences of the analysis, which are in English, in the page's language. One that is not known stays as it is. */
(() => {
  const PLACE = "layer (\\d+), head (\\d+)";
  const TOKEN = "(“.+?” \\(token [\\d,]+\\)|token [\\d,]+)";
  const place = (layer, head) => `camada ${layer}, cabeça ${head}`;
  const number = (text) => text.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
  const token = (text) => text.replace(/token ([\d,]+)(\)?)$/, (all, at, end) => `token ${number(at)}${end}`);
  const list = (text) =>
    text === "nothing" ? "nada" : text.replace(/” (\(token ([\d,]+)\) )?([\d.]+%)/g, (all, where, at, weight) => `” ${where ? `(token ${number(at)}) ` : ""}${number(weight)}`);
  const count = (some, all, one, several) => `${number(some)} de ${number(all)} ${all === "1" ? "cabeça" : "cabeças"} ${some === "1" ? one : several}`;

  const TARGETS = {
    "the token before": "ao token anterior",
    "the token after": "ao token seguinte",
    "the token itself": "ao próprio token",
    "the first token": "ao primeiro token",
    separators: "a separadores",
    "what followed an earlier like token": "ao que veio depois de um token igual anterior",
    "its own section": "à própria seção",
  };

  /** Forms of sentences, and what makes each one's parts into Portuguese. */
  const FORMS = {
    pt: [
      // Rules of kinds, and checks.
      ["mean mass on the token before the query", () => "massa média no token anterior à consulta"],
      ["mean mass on the token after the query", () => "massa média no token seguinte à consulta"],
      ["mean mass on the query itself", () => "massa média na própria consulta"],
      ["mean mass on the first token of all", () => "massa média no primeiro token de todos"],
      ["mean mass on the model's marks and on line ends", () => "massa média nas marcas do modelo e nos fins de linha"],
      ["mean weight on the token after the last like token, (\\d+) times an even weight or more", (n) => `peso médio no token depois do último token igual, ${n} vezes um peso igual ou mais`],
      ["mean mass within the query's own section, (\\d+) times that of even weights or more", (n) => `massa média na seção da própria consulta, ${n} vezes a de pesos iguais ou mais`],
      ["exp of the mean entropy, in tokens, at most", () => "exp da entropia média, em tokens, no máximo"],
      ["mean of exp of the entropy over the tokens seen", () => "média de exp da entropia sobre os tokens vistos"],
      ["the mass of a query is 1, less that of its sink", () => "a massa de uma consulta é 1, menos a do seu sumidouro"],
      ["an entropy lies between 0 and the logarithm of the keys seen", () => "uma entropia fica entre 0 e o logaritmo das chaves vistas"],
      ["what all keys receive is what all queries give", () => "o que todas as chaves recebem é o que todas as consultas dão"],
      ["a section map holds the mass of all queries", () => "um mapa de seções contém a massa de todas as consultas"],
      ["a causal head has no mass ahead", () => "uma cabeça causal não tem massa à frente"],
      // Findings.
      [`(\\d+) of ([\\d,]+) heads? (?:is|are) mostly on (.+?): ([\\d.]+%) of the weight in ${PLACE}, where even weights would give ([\\d.]+%)\\.`, (some, all, what, weight, l, h, even) => `${count(some, all, "atende", "atendem")} sobretudo ${TARGETS[what]}: ${number(weight)} do peso na ${place(l, h)}, onde pesos iguais dariam ${number(even)}.`],
      [`(\\d+) of ([\\d,]+) heads? (?:is|are) mostly on (.+?): ([\\d.]+%) of the weight in ${PLACE}\\.`, (some, all, what, weight, l, h) => `${count(some, all, "atende", "atendem")} sobretudo ${TARGETS[what]}: ${number(weight)} do peso na ${place(l, h)}.`],
      [`(\\d+) of ([\\d,]+) heads? (?:is|are) narrow: weight spread over about as much as ([\\d.]+) tokens in ${PLACE}\\.`, (some, all, tokens, l, h) => `${count(some, all, "é estreita", "são estreitas")}: peso disperso por cerca de ${number(tokens)} tokens na ${place(l, h)}.`],
      [`(\\d+) of ([\\d,]+) heads? (?:is|are) broad: weight spread as over ([\\d.]+%) of the tokens seen in ${PLACE}\\.`, (some, all, share, l, h) => `${count(some, all, "é ampla", "são amplas")}: peso disperso como por ${number(share)} dos tokens vistos na ${place(l, h)}.`],
      ["(\\d+) of ([\\d,]+) heads? looks? mostly at no one thing\\.", (some, all) => `${count(some, all, "não atende", "não atendem")} sobretudo a uma só coisa.`],
      [`No head looks up what followed an earlier like token: the most is ([\\d.]+%) of the weight, in ${PLACE} \\(even weights: ([\\d.]+%)\\)\\.`, (most, l, h, even) => `Nenhuma cabeça procura o que veio depois de um token igual anterior: o máximo é ${number(most)} do peso, na ${place(l, h)} (pesos iguais: ${number(even)}).`],
      [`${TOKEN} gives ([\\d.]+%) of its weight to ${TOKEN}, ([\\d,]+) tokens? (before|after), in ${PLACE}\\.`, (from, weight, to, far, side, l, h) => `${token(from)} dá ${number(weight)} do seu peso a ${token(to)}, ${number(far)} ${far === "1" ? "token" : "tokens"} ${side === "before" ? "antes" : "depois"}, na ${place(l, h)}.`],
      [`“(.+)” receives ([\\d.]+) times an even share from the rest of the text, and ([\\d.]+) times in ${PLACE}\\.`, (title, times, there, l, h) => `“${title}” recebe do resto do texto ${number(times)} vezes a parcela igual, e ${number(there)} vezes na ${place(l, h)}.`],
      [`${TOKEN} receives as much as ([\\d.]+) queries give, in the mean of all heads\\.`, (at, times) => `${token(at)} recebe tanto quanto dão ${number(times)} consultas, na média de todas as cabeças.`],
      [`Alike heads make ([\\d,]+) groups?; the most alike are ${PLACE} and ${PLACE} \\(([\\d.]+) bits apart\\)\\.`, (groups, l, h, m, i, bits) => `As cabeças semelhantes formam ${number(groups)} ${groups === "1" ? "grupo" : "grupos"}; as mais semelhantes são ${place(l, h)} e ${place(m, i)} (${number(bits)} bits de distância).`],
      [`No heads are alike; the most alike are ${PLACE} and ${PLACE} \\(([\\d.]+) bits apart\\)\\.`, (l, h, m, i, bits) => `Nenhuma cabeça é semelhante a outra; as mais próximas são ${place(l, h)} e ${place(m, i)} (${number(bits)} bits de distância).`],
      ["“(.+)” occurs once, at token ([\\d,]+)\\.", (word, at) => `“${word}” ocorre uma vez, no token ${number(at)}.`],
      [`${TOKEN} gives more than the others to (.+?); ${TOKEN} to (.+?), in the mean of all heads(?: above layer (\\d+))?\\. ([\\d,]+) occurrences? of “(.+)” are told apart most by ${PLACE}, ([\\d.]+) bits\\.`, (a, toA, b, toB, above, n, word, l, h, bits) => `${token(a)} dá mais do que os outros lugares a ${list(toA)}; ${token(b)}, a ${list(toB)}, na média de todas as cabeças${above ? ` acima da camada ${above}` : ""}. O que mais distingue os ${number(n)} lugares de “${word}” é a ${place(l, h)}: ${number(bits)} bits.`],
      [`${TOKEN} rests ([\\d.]+%) on itself, and most on (.+), through all layers\\.`, (at, self, rest) => `${token(at)} apoia-se ${number(self)} em si mesmo, e mais em ${list(rest)}, por todas as camadas.`],
      ["On “(.+)” rest most, outside of it and through all layers: (.+)\\.", (title, rest) => `Em “${title}” apoiam-se mais, fora dela e por todas as camadas: ${list(rest)}.`],
    ].map(([form, made]) => [new RegExp(`^${form}$`, "su"), made]),
  };

  /** Words of the document, which stand in quotation marks, run in the direction of their own. */
  const apart = (text) => text.split(/(“[^”]*”)/u).map((part) => (part.startsWith("“") ? foco.el("bdi", {}, part) : part));

  /** A sentence of the analysis as attributes and content of an element. */
  foco.said = (text) => {
    for (const [form, made] of FORMS[foco.language()] ?? []) {
      const found = text.match(form);
      if (found) {
        return [{ lang: foco.language() }, apart(made(...found.slice(1)))];
      }
    }
    return [{ lang: "en" }, apart(text)];
  };
})();
