/** How the program ends: the codes of its exit, and the errors that lead to them. */

/** Exit codes; `drone-webhooks --help` explains them. */
export const EXIT = { done: 0, refused: 1, usage: 2, network: 3, inconclusive: 4, internal: 70 } as const

/** Ends the program with a message for people and a code for programs. */
export class Exit extends Error {
  constructor(
    readonly exit: number,
    readonly code: string,
    message: string,
    /** More that programs are told. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

/** The command was called wrongly, or something it needs is not there. */
export function usage(message: string, details?: Exit['details']): Exit {
  return new Exit(EXIT.usage, 'usage', message, details)
}

/** Nobody could be reached, or nobody answered. */
export function network(message: string): Exit {
  return new Exit(EXIT.network, 'network', message)
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
