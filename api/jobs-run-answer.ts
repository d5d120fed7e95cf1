import type { EndOfJob } from '@/core/job/model';
import { parseStoredJson } from '@/core/job/wire';
import { type Answer, noContent, rawJson, withHeaders } from './answer';
import { isObject } from './jobs-run-input';

/**
 * Headers that a script's answer may set. It comes from our origin: what browsers decide security by, what frames the
 * answer on its way, and cookies are ours.
 */
const ALLOWED_HEADER =
  /^(?:location|content-disposition|content-language|etag|expires|last-modified|retry-after|vary|warning|x-(?!content-type|frame|accel|xss|dns-|permitted|forwarded|job-id)[a-z0-9-]+)$/;
/** As HTTP takes it: a line break in it would begin a header of its own. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;[\x20-\x7e]*)?$/;

function ownHeaders(headers: unknown): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    const [known, text] = [name.toLowerCase(), String(value)];
    if (ALLOWED_HEADER.test(known) && HEADER_VALUE.test(text)) own[known] = text;
  }
  // A page may be named; a script in the place of one is not.
  if (own.location !== undefined && !/^(?:https?:\/\/|\/(?![/\\]))/.test(own.location)) delete own.location;
  return own;
}

/** A script's result may say how the HTTP answer should look (a webhook's caller may want a redirect or a text). */
function shapedAnswer(result: unknown): Answer | null {
  if (
    !isObject(result) ||
    !Object.keys(result).some((key) => /^(windmill|fantail)_(status_code|content_type|headers)$/.test(key))
  )
    return null;
  const status = Number(
    result.fantail_status_code ?? result.windmill_status_code ?? (result.result === undefined ? 204 : 200),
  );
  const wanted = String(result.fantail_content_type ?? result.windmill_content_type ?? '');
  const type = MEDIA_TYPE.test(wanted) ? wanted : 'application/json';
  const own = ownHeaders(result.fantail_headers ?? result.windmill_headers);
  const isSafeStatus = Number.isInteger(status) && status >= 200 && status <= 599;
  const body = typeof result.result === 'string' ? result.result : JSON.stringify(result.result ?? null);
  const answer = result.result === undefined ? noContent() : { status: isSafeStatus ? status : 200, headers: {}, body };
  return withHeaders(answer, { ...own, 'content-type': type, 'content-security-policy': 'sandbox' });
}

/** A job's end as the answer to whoever waited for it. */
export function answerOf(end: EndOfJob): Answer {
  if (end.outcome !== 'succeeded') return rawJson(end.resultJson, 422);
  if (!/"(windmill|fantail)_/.test(end.resultJson)) return rawJson(end.resultJson);
  return shapedAnswer(parseStoredJson(end.resultJson)) ?? rawJson(end.resultJson);
}
