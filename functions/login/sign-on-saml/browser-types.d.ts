// The types of xmldom bring those of browsers along, for the whole project. What they lack of Node.js's own is said here.
interface RequestInit {
  /** Needed with a body that is a stream. */
  duplex?: 'half';
}
