import { AbstractMessageReader, ErrorCodes, Message } from 'vscode-languageserver/node';
import type {
  DataCallback,
  Disposable,
  MessageReader,
  MessageWriter,
  RequestMessage,
  ResponseMessage,
} from 'vscode-languageserver/node';
import { initializeProblem } from './params.js';

/**
 * Refuses what no handler should see: everything that comes before `initialize` is answered or dropped as the protocol says, whatever
 * it is called, and so are parameters that have no names.
 */
export class GatedReader extends AbstractMessageReader implements MessageReader {
  private isOpen = false;

  constructor(
    private readonly inner: MessageReader,
    private readonly writer: MessageWriter,
  ) {
    super();
    inner.onError((error) => {
      this.fireError(error);
    });
    inner.onClose(() => {
      this.fireClose();
    });
  }

  listen(callback: DataCallback): Disposable {
    return this.inner.listen((message) => {
      if (Message.isRequest(message)) this.takeRequest(message, callback);
      else if (!Message.isNotification(message) || this.isOpen || message.method === 'exit') callback(message);
    });
  }

  private takeRequest(message: RequestMessage, callback: DataCallback): void {
    const params = named(message.params);
    const refusal = this.refusalOf({ ...message, params });
    if (refusal) void this.writer.write(refusal).catch(() => undefined);
    else callback({ ...message, ...(params !== undefined && { params }) });
  }

  private refusalOf({ id, method, params }: Unread): ResponseMessage | undefined {
    const refuse = (code: number, message: string): ResponseMessage => ({
      jsonrpc: '2.0',
      id,
      error: { code, message },
    });
    if (!this.isOpen && method !== 'initialize') {
      return refuse(ErrorCodes.ServerNotInitialized, 'the server is not initialised');
    }
    const problem =
      typeof (params ?? {}) === 'object' && !Array.isArray(params) ? undefined : 'the parameters must be an object';
    const found = problem ?? (method === 'initialize' ? initializeProblem(params) : undefined);
    if (found !== undefined) return refuse(ErrorCodes.InvalidParams, found);
    this.isOpen = true;
    return undefined;
  }
}

type Unread = Omit<RequestMessage, 'params'> & { readonly params: unknown };

/** Libraries send what stands for no parameters as an array of one null. */
function named(params: unknown): RequestMessage['params'] {
  const given = params as RequestMessage['params'];
  return Array.isArray(given) && given.length <= 1 ? (given[0] as RequestMessage['params']) : given;
}
