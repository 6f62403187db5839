using Fairlead.Facts;

namespace Fairlead.Agent.Native;

/// <summary>Linux error numbers: their names, and what they mean for a reading.</summary>
internal static class Errnos
{
    internal const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EAGAIN = 11, EACCES = 13, ENODEV = 19, ENOTDIR = 20, EINVAL = 22, EMFILE = 24,
        EFBIG = 27, EPIPE = 32, ENOSYS = 38, ELOOP = 40, EPROTO = 71, EMSGSIZE = 90, ENOPROTOOPT = 92, EOPNOTSUPP = 95, EAFNOSUPPORT = 97, EADDRNOTAVAIL = 99, ENETDOWN = 100,
        ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTDOWN = 112, EHOSTUNREACH = 113, EINPROGRESS = 115;

    internal static string Name(int errno) => errno switch
    {
        0 => "",
        EPERM => "EPERM",
        ENOENT => "ENOENT",
        ESRCH => "ESRCH",
        EINTR => "EINTR",
        EAGAIN => "EAGAIN",
        EACCES => "EACCES",
        ENODEV => "ENODEV",
        ENOTDIR => "ENOTDIR",
        EINVAL => "EINVAL",
        EMFILE => "EMFILE",
        EFBIG => "EFBIG",
        EPIPE => "EPIPE",
        ENOSYS => "ENOSYS",
        ELOOP => "ELOOP",
        EPROTO => "EPROTO",
        EMSGSIZE => "EMSGSIZE",
        ENOPROTOOPT => "ENOPROTOOPT",
        EOPNOTSUPP => "EOPNOTSUPP",
        EAFNOSUPPORT => "EAFNOSUPPORT",
        EADDRNOTAVAIL => "EADDRNOTAVAIL",
        ENETDOWN => "ENETDOWN",
        ENETUNREACH => "ENETUNREACH",
        ECONNABORTED => "ECONNABORTED",
        ECONNRESET => "ECONNRESET",
        ETIMEDOUT => "ETIMEDOUT",
        ECONNREFUSED => "ECONNREFUSED",
        EHOSTDOWN => "EHOSTDOWN",
        EHOSTUNREACH => "EHOSTUNREACH",
        EINPROGRESS => "EINPROGRESS",
        _ => $"errno {errno}",
    };

    /// <summary>One of <see cref="WhyNot"/> for an operation on a process, file or socket that failed with this.</summary>
    internal static string Why(int errno) => errno switch
    {
        EPERM or EACCES => WhyNot.NotPermitted,
        ENOENT or ESRCH or ENODEV or ENOTDIR => WhyNot.Gone,
        EAGAIN => WhyNot.Timeout,
        EFBIG => WhyNot.TooBig,
        ENOSYS or EOPNOTSUPP or EAFNOSUPPORT or EINVAL or ELOOP => WhyNot.Unsupported,
        _ => WhyNot.Damaged,
    };

    /// <summary>A reading that failed with this errno.</summary>
    internal static NotRead NotRead(string what, string of, int errno, string operation) =>
        new(what, of, Why(errno), Why(errno) == WhyNot.NotPermitted ? "root" : null, [], $"{operation}: {Name(errno)}");
}
