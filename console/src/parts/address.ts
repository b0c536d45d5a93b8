/**
 * What the address says of a page: somebody may have typed it, so that what is none of the choices is not there. The router hands
 * that on all the same, beside what a route makes of it: pages read what they are given once more.
 */
type Address = Record<string, unknown>

export function choiceIn<Name extends string, const Choice extends string>(
  address: Address,
  name: Name,
  choices: readonly Choice[],
): { [Key in Name]?: Choice } {
  const found = choices.find((choice) => choice === address[name])
  return found === undefined ? {} : ({ [name]: found } as { [Key in Name]?: Choice })
}

/** Nothing typed is not there. */
export function textIn<Name extends string>(address: Address, name: Name): { [Key in Name]?: string } {
  const value = address[name]
  // The router reads digits as a number.
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return text === '' ? {} : ({ [name]: text } as { [Key in Name]?: string })
}
