package host

import (
	"bytes"
	"net/http"
	"sort"
	"time"

	"example.com/mmplugin/gohost/plugin"
)

func (s *apiServer) KVGet(args *plugin.Z_KVGetArgs, returns *plugin.Z_KVGetReturns) error {
	return s.do("KVGet", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		returns.A = s.api.get(args.A)
	})
}

func (s *apiServer) KVSet(args *plugin.Z_KVSetArgs, returns *plugin.Z_KVSetReturns) error {
	return s.do("KVSet", args, returns, func() {
		if returns.A = checkKey("KVSet", args.A); returns.A != nil {
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		s.api.set(args.A, args.B, 0)
	})
}

func (s *apiServer) KVDelete(args *plugin.Z_KVDeleteArgs, returns *plugin.Z_KVDeleteReturns) error {
	return s.do("KVDelete", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		s.api.set(args.A, nil, 0)
	})
}

func (s *apiServer) KVSetWithOptions(args *plugin.Z_KVSetWithOptionsArgs, returns *plugin.Z_KVSetWithOptionsReturns) error {
	return s.do("KVSetWithOptions", args, returns, func() {
		if returns.B = checkKey("KVSetWithOptions", args.A); returns.B != nil {
			return
		}
		if !args.C.Atomic && args.C.OldValue != nil {
			returns.B = appError("KVSetWithOptions", "model.plugin_kvset_options.is_valid.old_value.app_error",
				"Invalid old value, it should not be set when the operation is not atomic.", http.StatusBadRequest)
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		if args.C.Atomic && !bytes.Equal(s.api.get(args.A), args.C.OldValue) {
			return
		}
		s.api.set(args.A, args.B, args.C.ExpireInSeconds)
		returns.A = true
	})
}

func (s *apiServer) KVList(args *plugin.Z_KVListArgs, returns *plugin.Z_KVListReturns) error {
	return s.do("KVList", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		var keys []string
		for key := range s.api.kv {
			if s.api.get(key) != nil {
				keys = append(keys, key)
			}
		}
		sort.Strings(keys)
		returns.A = page(keys, args.A, args.B)
	})
}

func page[T any](all []T, number, size int) []T {
	from := min(max(number*size, 0), len(all))
	return all[from:min(from+max(size, 0), len(all))]
}

func (s *apiServer) GetUser(args *plugin.Z_GetUserArgs, returns *plugin.Z_GetUserReturns) error {
	return s.do("GetUser", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		if returns.A = s.api.users[args.A]; returns.A == nil {
			returns.B = notFound("GetUser", "user")
		}
	})
}

func (s *apiServer) GetUserByUsername(args *plugin.Z_GetUserByUsernameArgs, returns *plugin.Z_GetUserByUsernameReturns) error {
	return s.do("GetUserByUsername", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		for _, user := range s.api.users {
			if user.Username == args.A {
				returns.A = user
				return
			}
		}
		returns.B = notFound("GetUserByUsername", "user")
	})
}

func (s *apiServer) GetUsers(args *plugin.Z_GetUsersArgs, returns *plugin.Z_GetUsersReturns) error {
	return s.do("GetUsers", args, returns, func() {
		if args.A == nil {
			returns.B = appError("GetUsers", "app.user.options.app_error", "No options.", http.StatusBadRequest)
			return
		}
		returns.A = page(s.api.Users(), args.A.Page, args.A.PerPage)
	})
}

func (s *apiServer) GetChannel(args *plugin.Z_GetChannelArgs, returns *plugin.Z_GetChannelReturns) error {
	return s.do("GetChannel", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		if returns.A = s.api.channels[args.A]; returns.A == nil {
			returns.B = notFound("GetChannel", "channel")
		}
	})
}

func (s *apiServer) GetTeam(args *plugin.Z_GetTeamArgs, returns *plugin.Z_GetTeamReturns) error {
	return s.do("GetTeam", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		if returns.A = s.api.teams[args.A]; returns.A == nil {
			returns.B = notFound("GetTeam", "team")
		}
	})
}

func (s *apiServer) CreatePost(args *plugin.Z_CreatePostArgs, returns *plugin.Z_CreatePostReturns) error {
	return s.do("CreatePost", args, returns, func() {
		if args.A == nil || args.A.ChannelId == "" || args.A.UserId == "" {
			returns.B = appError("CreatePost", "model.post.is_valid.channel_id.app_error", "Invalid post.", http.StatusBadRequest)
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		post := *args.A
		post.Id = s.api.newID("post")
		post.CreateAt = time.Now().UnixMilli()
		post.UpdateAt = post.CreateAt
		s.api.posts[post.Id] = &post
		returns.A = &post
	})
}

func (s *apiServer) UpdatePost(args *plugin.Z_UpdatePostArgs, returns *plugin.Z_UpdatePostReturns) error {
	return s.do("UpdatePost", args, returns, func() {
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		if args.A == nil || s.api.posts[args.A.Id] == nil {
			returns.B = notFound("UpdatePost", "post")
			return
		}
		post := *args.A
		post.UpdateAt = time.Now().UnixMilli()
		post.EditAt = post.UpdateAt
		s.api.posts[post.Id] = &post
		returns.A = &post
	})
}

func (s *apiServer) SendEphemeralPost(args *plugin.Z_SendEphemeralPostArgs, returns *plugin.Z_SendEphemeralPostReturns) error {
	return s.do("SendEphemeralPost", args, returns, func() {
		if args.B == nil {
			return
		}
		s.api.mu.Lock()
		defer s.api.mu.Unlock()
		post := *args.B
		post.Id = s.api.newID("eph")
		post.Type = "system_ephemeral"
		post.CreateAt = time.Now().UnixMilli()
		post.UpdateAt = post.CreateAt
		returns.A = &post
	})
}
