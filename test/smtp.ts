import net from 'node:net';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** what it says to the next messages instead of taking them; null: takes them */
  refusal: string | null;
  close(): Promise<void>;
}

/** As much of a mail server as a sender needs: greets, takes envelopes and messages. */
export async function startSmtp(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const state: { refusal: string | null } = { refusal: null };
  const server = net.createServer((socket) => {
    let [from, to, data, buffered]: [string, string[], string[] | null, string] = ['', [], null, ''];
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on('error', () => {});
    say('220 test ready');
    function take(line: string): void {
      if (data !== null) {
        if (line !== '.') {
          data.push(line.startsWith('..') ? line.slice(1) : line);
          return;
        }
        if (state.refusal === null) mails.push({ from, to, text: data.join('\n') });
        data = null;
        say(state.refusal ?? '250 2.0.0 taken');
        return;
      }
      const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      if (verb === 'EHLO') say('250-test\r\n250 8BITMIME');
      else if (verb === 'DATA') {
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else {
        if (verb === 'MAIL') [from, to] = [/<(.*?)>/.exec(rest)?.[1] ?? '', []];
        if (verb === 'RCPT') to = [...to, /<(.*?)>/.exec(rest)?.[1] ?? ''];
        say('250 ok');
      }
    }
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${buffered}${text}`.split('\r\n');
      buffered = lines.pop() ?? '';
      for (const line of lines) take(line);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    get refusal() {
      return state.refusal;
    },
    set refusal(line) {
      state.refusal = line;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
