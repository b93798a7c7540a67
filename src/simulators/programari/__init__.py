"""eProgramări: calendars of institutions at locations with counters. Places are kept, confirmed and given up there."""
