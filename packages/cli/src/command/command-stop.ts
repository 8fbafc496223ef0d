/** Ends a command with an exit code and a message for people, without a stack; an empty message says nothing. */
export class CommandStop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message = '', options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
