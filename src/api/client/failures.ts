import {
  AccountNotReadyError,
  CarillonError,
  DefinitionChangedError,
  InputError,
  ReminderConflictError,
  type InputIssue,
} from '../../client/errors.js'
import type { Said } from '../../domain/sentences/read.js'
import { say } from '../../domain/sentences/say.js'
import type { Problem } from '../v1/problems.js'

const notTaken: Said = { code: 'tokenNotTaken', values: {} }

/** The error that the client without the API would have thrown. @param etag the `ETag` of the answer */
export function errorOf(problem: Problem, etag: string | null): Error {
  const error = unsaid(problem, etag)
  const said = problem.code === 'unauthorized' ? notTaken : problem.said?.detail
  if (error instanceof CarillonError && said !== undefined) error.said = said
  return error
}

function unsaid(problem: Problem, etag: string | null): Error {
  const { code, detail, issues, differences, requestId } = problem
  switch (code) {
    case 'failure':
      return new Error(`The API failed. Its log says where, under the request ${requestId}.`)
    case 'account_not_ready':
      return new AccountNotReadyError(detail)
    case 'unauthorized':
      return new CarillonError('forbidden', say('tokenNotTaken'))
    case 'invalid':
      return issues === undefined
        ? new CarillonError('invalid', detail)
        : new InputError(issues.map((issue) => issueOf(issue)))
    case 'conflict':
      return differences === undefined
        ? new CarillonError('conflict', detail)
        : new ReminderConflictError(detail, differences.map(exact))
    case 'changed':
      return etag === null
        ? new CarillonError('changed', detail)
        : new DefinitionChangedError(detail, etag.replaceAll('"', ''), differences?.map(exact))
    case 'not_found':
    case 'ended':
    case 'forbidden':
    case 'not_ready':
    case 'unreachable':
    case 'timed_out':
      return new CarillonError(code, detail)
    // What only HTTP knows, as the error that says who must act.
    case 'malformed':
    case 'method_not_allowed':
    case 'too_large':
    case 'too_long':
    case 'wrong_type':
      return new CarillonError('invalid', detail)
    // Of browsers alone, which this is none of.
    case 'csrf':
      return new CarillonError('forbidden', detail)
    case 'too_many_requests':
      return new CarillonError('not_ready', detail)
    case 'in_progress':
    case 'key_reused':
      return new CarillonError('conflict', detail)
  }
}

function issueOf({ message: _message, ...issue }: NonNullable<Problem['issues']>[number]): InputIssue {
  return exact(issue)
}

type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

/** JSON has no undefined: a field is there or is missing. */
function exact<Fields extends object>(fields: Fields): Given<Fields> {
  return fields as Given<Fields>
}
