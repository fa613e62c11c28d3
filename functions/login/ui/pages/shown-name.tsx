// A name that a person or a configuration chose: of a person, a device, a passkey, a connection, a project. Every page shows such
// names with this component, so that no name can break a line or change the direction of the text around it.
import { isWrittenFromTheRight, showable } from '../../../../shared/kernel/showable.ts';

interface ShownNameProps {
  readonly name: string;
  /** The sentence that contains the name. */
  readonly in?: (name: string) => string;
}

/** Stands for the name while the sentence is split around it. A private-use character, which no sentence contains. */
const PLACE = '\uE000';

export const ShownName = ({ name, in: sentence = (alone) => alone }: ShownNameProps) => {
  const shown = showable(name);
  if (!isWrittenFromTheRight(shown)) return <>{sentence(shown)}</>;
  const [before = '', after = ''] = sentence(PLACE).split(PLACE);
  return (
    <>
      {before}
      <bdi>{shown}</bdi>
      {after}
    </>
  );
};
