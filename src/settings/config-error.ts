/** A setting that cannot be used, worded for who set it: its name, what is wrong and what to do, and never a secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
