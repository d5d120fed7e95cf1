/** What an input of type datetime-local shows for a moment with zone: its wall clock in the reader's zone. */
export function toLocalInput(iso: string): string {
  const moment = new Date(iso);
  if (iso === '' || Number.isNaN(moment.getTime())) return '';
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The moment that a wall clock in the reader's zone means, as ISO text in UTC. */
export function fromLocalInput(typed: string): string | undefined {
  const moment = new Date(typed);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
