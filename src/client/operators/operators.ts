import { newOperatorPattern } from '../../domain/access.js'
import { insertOperator, listOperators, type OperatorView } from '../../store/operators/operators.js'
import { askerOf, whoAsks, type ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { createSignInLink, type SignInLink } from './sign-in-link.js'

/** The engineer's alone: no token reaches it. */
export type Operators = {
  /** @throws InputError; CarillonError `conflict` when the id is taken */
  add(id: string): Promise<OperatorView>
  list(): Promise<OperatorView[]>
  /**
   * Signs one browser in as an owner, once, within a quarter of an hour.
   * @param page where it leads to, such as `https://carillon.example.org/sign-in`
   * @throws CarillonError `conflict`
   */
  signInLink(page: string): Promise<SignInLink>
}

export function createOperators(context: ClientContext): Operators {
  const { database, operator } = context
  return {
    async add(id) {
      if (typeof id !== 'string' || !newOperatorPattern.test(id))
        throw new InputError([
          {
            field: 'id',
            got: describeValue(id),
            expected:
              "expected a–z, 0–9 and single -, 20 characters at most, with a letter or digit at both ends: the ids of its accounts begin with it and '--'",
          },
        ])
      if (!(await insertOperator(database, { id, actor: whoAsks(context), via: askerOf(context).via })))
        throw new CarillonError('conflict', `There is an operator '${id}' already. Use another id.`)
      const added = (await listOperators(database)).find((operator) => operator.id === id)
      if (added) return added
      throw new CarillonError('not_found', `There is no operator '${id}' any more.`)
    },
    list: async () => await listOperators(database),
    signInLink: async (page) =>
      await createSignInLink(database, { operator, page, via: askerOf(context).via }),
  }
}
