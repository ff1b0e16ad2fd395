/* Search in the header and the office picker: suggestions as one types. Both work without this file. */
