package cookiestore

// largeTokens are the tokens of a session that are too large for Amplify's cookies. They are sealed
// in pieces instead, where Amplify does not see them. The others are empty.
type largeTokens struct {
	user                string // the name under which Amplify stores the others
	access, id, refresh string
}

// texts returns the fields in the order in which they are sealed.
func (l *largeTokens) texts() [4]*string {
	return [4]*string{&l.user, &l.access, &l.id, &l.refresh}
}

// largeToken is a token by the last part of the name of Amplify's cookie.
type largeToken struct {
	what string
	text *string
}

func (l *largeTokens) tokens() [3]largeToken {
	return [3]largeToken{{accessToken, &l.access}, {idToken, &l.id}, {refreshToken, &l.refresh}}
}

// takeLarge takes the tokens out of cookies that a browser would not accept.
func (s *Store) takeLarge(from cookies) (large largeTokens) {
	user := from.user(s.names)
	for _, t := range large.tokens() {
		name := s.names.of(user, t.what)
		if cookieSize(name, from[name]) > maxCookie {
			*t.text, large.user = from[name], user
			delete(from, name)
		}
	}
	return large
}

// newlySealed returns the tokens that are sealed in next and were not in old.
func (s *Store) newlySealed(old, next cookies) (sealed []SizeError) {
	large := s.seal.open(next, s.names.session).large
	if large == (largeTokens{}) {
		return nil
	}
	had := s.seal.open(old, s.names.session).large
	before := had.tokens()
	for i, t := range large.tokens() {
		if *t.text != "" && *t.text != *before[i].text {
			name := s.names.of(large.user, t.what)
			sealed = append(sealed, SizeError{Cookie: name, Size: cookieSize(name, *t.text), Limit: maxCookie})
		}
	}
	return sealed
}
