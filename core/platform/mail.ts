import { createTransport, type Transporter } from 'nodemailer';
import { FantailError, messageOf } from '@/core/errors';
import { env } from './env';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

/** True when this installation can send mail. */
export const canSendMail = (): boolean => env().SMTP_URL !== undefined;

/** Who mail comes from. */
const mailSender = (): string => env().MAIL_FROM ?? `Fantail <fantail@${new URL(env().BASE_URL).hostname}>`;

let transport: { readonly url: string; readonly mailer: Transporter } | null = null;

function mailer(): Transporter {
  const url = env().SMTP_URL;
  if (url === undefined) {
    throw new FantailError(
      'bad_request',
      'No mail server is set: start Fantail with SMTP_URL=smtp://user:password@host:587.',
    );
  }
  if (transport?.url !== url) {
    const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
    const { protocol, hostname, port, username, password } = new URL(url);
    const auth =
      username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
    const isSecure = protocol === 'smtps:';
    const made = createTransport({
      host: hostname,
      port: Number(port) || (isSecure ? 465 : 587),
      secure: isSecure,
      ...auth,
      ...timeouts,
      // A message is text of ours: nothing in it may make the mailer read a file or fetch an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    transport = { url, mailer: made };
  }
  return transport.mailer;
}

/** Sends plain text; answers what the server said. Throws `unavailable` with its words. */
export async function sendMail(mail: Mail): Promise<string> {
  const sender = mailer();
  try {
    const sent: { response?: unknown } = await sender.sendMail({
      from: mailSender(),
      to: [...mail.to],
      // No line break of a name or a message ends the header.
      subject: mail.subject.replace(/[\r\n]+/g, ' ').slice(0, 200),
      text: mail.text,
    });
    return typeof sent.response === 'string' ? sent.response : 'sent';
  } catch (error) {
    throw new FantailError('unavailable', `The mail server did not take it: ${messageOf(error)}`, { cause: error });
  }
}
