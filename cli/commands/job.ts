import { request } from '../client';
import type { Call, Command } from '../command';
import { DONE } from '../failure';
import { apiPath, fetchJob, jobUrl, waitSentence } from '../job';
import { type JsonObject, numberAt, objectsOf, textAt } from '../json';
import { durationText, timeText } from '../terminal';

const encoded = (call: Call) => encodeURIComponent(call.args[0] ?? '');

/** Why a job is where it is, as sentences. */
function reasonsOf(job: JsonObject, nowMs: number): readonly string[] {
  const state = textAt(job, 'state').replace('_', ' ');
  const wait = waitSentence(job);
  const startedMs = numberAt(job, 'started_at');
  const lasted = numberAt(job, 'duration_ms') ?? (startedMs === null ? null : nowMs - startedMs);
  const by = textAt(job, 'worker') === '' ? '' : ` on ${textAt(job, 'worker')} (group ${textAt(job, 'worker_tag')})`;
  const course = lasted === null ? `It is ${state}.` : `It is ${state}${by}, after ${durationText(lasted)}.`;
  const events = objectsOf(job.events).map(
    (event) => `${timeText(numberAt(event, 'at') ?? 0)}  ${textAt(event, 'detail') || textAt(event, 'kind')}`,
  );
  return [course, ...(wait === '' ? [] : [wait]), ...[textAt(job, 'reason')].filter(Boolean), ...events];
}

const why: Command = {
  words: 'job why',
  takes: 'ID',
  about: 'why a run waits, or how it ended',
  options: [],
  examples: ['job why 0190a3c4-…'],
  async run(call) {
    const target = await call.target();
    const job = await fetchJob(target, call.args[0] ?? '');
    if (call.isSet('json')) call.terminal.print(JSON.stringify(job, null, 2));
    else {
      for (const line of reasonsOf(job, Date.now())) call.terminal.print(line);
      call.terminal.print(jobUrl(target, textAt(job, 'id')));
    }
    return DONE;
  },
};

const get: Command = {
  words: 'job get',
  takes: 'ID',
  about: 'all that is known of a run, as JSON',
  options: [],
  examples: ['job get 0190a3c4-… | jq .args'],
  async run(call) {
    call.terminal.print(JSON.stringify(await fetchJob(await call.target(), call.args[0] ?? ''), null, 2));
    return DONE;
  },
};

const logs: Command = {
  words: 'job logs',
  takes: 'ID',
  about: "a run's log so far",
  options: [],
  examples: ['job logs 0190a3c4-…'],
  async run(call) {
    const target = await call.target();
    call.terminal.write((await request(target, 'GET', apiPath(target, `/jobs_u/get_logs/${encoded(call)}`))).text);
    return DONE;
  },
};

const result: Command = {
  words: 'job result',
  takes: 'ID',
  about: "an ended run's result, as JSON",
  options: [],
  examples: ['job result 0190a3c4-… | jq .'],
  async run(call) {
    const target = await call.target();
    const path = apiPath(target, `/jobs_u/completed/get_result/${encoded(call)}`);
    call.terminal.print((await request(target, 'GET', path)).text);
    return DONE;
  },
};

const cancel: Command = {
  words: 'job cancel',
  takes: 'ID',
  about: 'stop a run that waits or runs',
  options: ['reason'],
  examples: ['job cancel 0190a3c4-… --reason "started twice"'],
  async run(call) {
    const target = await call.target();
    const path = apiPath(target, `/jobs_u/queue/cancel/${encoded(call)}`);
    const { text } = await request(target, 'POST', path, { body: { reason: call.text('reason') } });
    call.terminal.print(text);
    return DONE;
  },
};

export const jobCommands: readonly Command[] = [why, get, logs, result, cancel];
