// Preloaded in web and worker: when the launcher disappears without a word (SIGKILL), stop in order too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
