package auth

import "context"

// Bounds of the slots of a session.
const (
	maxSlots    = 8
	maxSlotName = 64      // bytes
	maxSlotData = 4 << 10 // bytes
	// keptSlots is how much all slots together may have in every Store, in bytes.
	keptSlots = 1 << 10
)

// Slot returns what [Session.UpdateSlot] stored in the session under name; nil if that is nothing.
//
// A slot is a place beside the tokens for what a program, or a package that builds on this one,
// keeps for the same person: a return address, an identity id. It is part of the session's record:
// sealed with it, moved with it, and empty after a sign-out, after the end of the session, and
// after somebody else has signed in.
//
// Errors:
//   - [ErrInvalidParameter]: the name is empty or longer than 64 bytes
//
// Not in Amplify.
func (s *Session) Slot(ctx context.Context, name string) (data []byte, err error) {
	defer nameVerb("Slot", &err)
	if err := checkSlotName(name); err != nil {
		return nil, err
	}
	st, err := s.load(ctx)
	return st.Slots[name], err
}

// UpdateSlot replaces what is stored under name by what change returns; nil empties the slot.
// Change may run more than once, each time with the newest data, and must not keep or change it.
// Its error is returned, and then nothing changes. A session in which nobody is signed in keeps its
// slots for a day after the last change. A Store with little room, such as the cookies of package
// auth/cookiestore, may refuse what makes all slots together larger than 1 KiB.
//
// Errors:
//   - [ErrInvalidParameter]: the name is empty or longer than 64 bytes, the data is longer than 4
//     KiB, there would be more than 8 slots, or the Store has no room: then it is also
//     [ErrRecordTooLarge]
//
// Not in Amplify.
func (s *Session) UpdateSlot(ctx context.Context, name string, change func(old []byte) ([]byte, error)) (err error) {
	defer nameVerb("UpdateSlot", &err)
	if err := checkSlotName(name); err != nil {
		return err
	}
	return s.update(ctx, func(st *state) error {
		data, err := change(st.Slots[name])
		if err != nil {
			return err
		}
		return st.setSlot(name, data)
	})
}

func checkSlotName(name string) error {
	if name == "" || len(name) > maxSlotName {
		return fail(ErrInvalidParameter, "the name of the slot is empty or longer than 64 bytes")
	}
	return nil
}

func (st *state) setSlot(name string, data []byte) error {
	slots := cloned(st.Slots)
	if data == nil {
		delete(slots, name)
	} else {
		slots[name] = data
	}
	switch {
	case len(data) > maxSlotData:
		return fail(ErrInvalidParameter, "the data for the slot is longer than 4 KiB")
	case len(slots) > maxSlots:
		return fail(ErrInvalidParameter, "the session has 8 slots already")
	}
	st.refusable = len(data) > len(st.Slots[name]) && slotsSize(slots) > keptSlots
	st.Slots, st.SlotsUntil = slots, expiry(slotLife)
	return nil
}

func slotsSize(slots map[string][]byte) (size int) {
	for _, data := range slots {
		size += len(data)
	}
	return size
}
