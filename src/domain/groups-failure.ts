/** Why the groups of an account could not be read, for the operator. It is tried again by itself. */
export function groupsFailureText(failure: string): string {
  switch (failure) {
    case 'AccountLimited':
      return 'WhatsApp refuses to list them for now, since it was asked too often (429)'
    case 'ServerRefusedForNow':
      return 'WhatsApp could not list them just now'
    case 'ConnectionLost':
      return 'WhatsApp did not answer'
    case 'DatabaseLost':
      return 'Postgres could not store them'
    default:
      return `WhatsApp refused to list them (${failure})`
  }
}
