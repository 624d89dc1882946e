import type { LogDetail } from '../../../features/logs/contract.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { bytes } from './bytes.ts';
import classes from './drawer.module.css';

type Message = LogDetail['request'];

/** JSON is easier to read on several lines; anything else stays as it came. */
function readable(type: string, text: string): string {
  if (!/[/+]json\b/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return text;
    throw thrown;
  }
}

interface MessageViewProps {
  /** "Request" or "Response". */
  title: string;
  message: Message;
  /** The size of the body, also where the body itself was not kept. */
  size: number;
  actions?: React.ReactNode;
}

/** One direction of a request: its headers and its body, as they were kept. */
export function MessageView({ title, message: { headers, body }, size, actions }: MessageViewProps) {
  return (
    <DrawerSection aria-label={title}>
      <h3>
        {title}
        {actions}
      </h3>
      {headers.length === 0 ? (
        <p className="dimmed">No headers</p>
      ) : (
        <table className={classes.headers}>
          <tbody>
            {headers.map(([name, value], at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header can stand twice, and the list never changes
              <tr key={at}>
                <th scope="row" className="mono">
                  {name}
                </th>
                <td className={`mono ${value === '[removed]' ? 'dimmed' : ''}`}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Body title={title} body={body} size={size} />
    </DrawerSection>
  );
}

function Body({ title, body, size }: { title: string; body: Message['body']; size: number }) {
  if (body === null) {
    return (
      <p className="dimmed">
        {size === 0 ? 'No body' : `A body of ${bytes(size)}, not kept: only those of failed requests are.`}
      </p>
    );
  }
  const about = `${body.type === '' ? 'no type' : body.type}, ${bytes(body.bytes)}`;
  if (body.text === null) return <p className="dimmed">Body not kept, only what it was: {about}</p>;
  return (
    <figure className={classes.body}>
      <figcaption className="dimmed">Body: {about}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={`${title} body`}>
        <pre className="mono">{readable(body.type, body.text)}</pre>
      </section>
    </figure>
  );
}
