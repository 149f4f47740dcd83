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
    else callback({ ...message, params } as RequestMessage);
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

/**
 * Parameters by name, or null for none. Libraries send none as an array of one null, an empty one says no more, and where there is
 * no field at all the library behind this would hand its next argument to a handler in their place.
 */
function named(params: unknown): unknown {
  if (!Array.isArray(params) || params.length > 1) return params ?? null;
  return (params[0] as unknown) ?? null;
}
