// Asks llhttp, the HTTP parser inside Node.js, what it makes of requests. Reads cases from the file
// that is named: a length in decimal and LF, then so many bytes. Prints a line with the versions,
// then one line of JSON a case: the requests whose heads are complete, and the error where there was
// one. llhttp tells no offsets, so each byte is handed in alone: an offset is the number of bytes
// handed in so far. Where the client may go on in another protocol (CONNECT, Upgrade), and behind
// the last request of a connection, nothing is read on.
'use strict';
const { HTTPParser, methods, allMethods = methods } = require('_http_common');

function judge(bytes) {
  const messages = [];
  let at = 0;
  let message = null;
  let fields = [];  // the first ones of a long head, or trailers
  let target = '';
  let over = false;

  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnHeaders] = (early, url) => {
    fields.push(...early);
    target += url;
  };
  parser[HTTPParser.kOnHeadersComplete] =
    (major, minor, headers, method, url, _status, _reason, upgrade, keep_alive) => {
      message = {
        method: allMethods[method] ?? `${method}`, target: url ?? target, version: `${major}.${minor}`,
        headers: fields.concat(headers ?? []), trailers: [], body: '', keep_alive, upgrade,
        head_end: at, end: null,
      };
      messages.push(message);
      fields = [];
      over = message.method === 'CONNECT';
      return 0;
    };
  parser[HTTPParser.kOnBody] = (chunk, offset = 0, length = chunk.length) => {
    message.body += chunk.toString('latin1', offset, offset + length);
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    message.trailers = fields;
    message.end = at;
    fields = [];
    target = '';
    over = message.upgrade || !message.keep_alive;
  };

  while (at < bytes.length && !over) {
    ++at;
    const result = parser.execute(bytes.subarray(at - 1, at));
    // Behind an Upgrade node keeps the error to itself, and only says that it took no byte.
    if (result !== 1) return { messages, code: result.code ?? 'HPE_UNNAMED', at: at - 1 };
  }
  return { messages };
}

const ascii = (text) =>
  text.replace(/[\x7f-\xff]/g, (c) => '\\u00' + c.charCodeAt(0).toString(16));

const cases = require('fs').readFileSync(process.argv[2]);
const lines = [`node ${process.version}, llhttp ${process.versions.llhttp}`];
for (let at = 0; at < cases.length;) {
  const text = cases.indexOf(10, at) + 1;
  const end = text + Number(cases.toString('latin1', at, text - 1));
  lines.push(ascii(JSON.stringify(judge(cases.subarray(text, end)))));
  at = end;
}
process.stdout.write(lines.join('\n') + '\n');
