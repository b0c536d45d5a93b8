/**
 * Preload of the demo's children: when the demo is gone, however it ended, its end of the channel closes and the
 * child stops too. A child's own children have it by inheritance, and follow their parent in their own way.
 */
if (process.env.CARILLON_DEMO_PID === String(process.ppid) && process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // It must not keep a process running that has nothing else to do.
  process.channel?.unref()
}
