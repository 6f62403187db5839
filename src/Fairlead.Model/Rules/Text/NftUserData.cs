namespace Fairlead.Model.Rules.Text;

/// <summary>What nft leaves with a set for itself: byte orders, `auto-merge`, how `typeof` was written. Written by whoever made the set: every length is checked.</summary>
internal sealed record NftUserData(bool KeyInHostOrder, bool DataInHostOrder, bool AutoMerge, bool DataInterval, byte[]? KeyTypeof, byte[]? DataTypeof, string? Comment)
{
    public static NftUserData Of(NfSet set)
    {
        bool hostKey = false, hostData = false, merge = false, interval = false;
        byte[]? key = null, data = null;
        string? comment = set.Comment;
        foreach ((int type, byte[] value) in Entries(set.UserData))
        {
            switch (type)
            {
                case 0: hostKey = value is [1, ..]; break;
                case 1: hostData = value is [1, ..]; break;
                case 2: merge = value.Any(b => b != 0); break;
                case 3: key = value; break;
                case 4: data = value; break;
                case 6: interval = value.Any(b => b != 0); break;
                case 7: comment ??= NftValues.Text(value); break;
            }
        }
        return new(hostKey, hostData, merge, interval, key, data, comment);
    }

    /// <summary>The type-length-value entries of a piece of user data; stops at the first that is longer than what is left.</summary>
    public static IEnumerable<(int Type, byte[] Value)> Entries(byte[] bytes)
    {
        for (int at = 0; at + 2 <= bytes.Length;)
        {
            int length = bytes[at + 1];
            if (at + 2 + length > bytes.Length) yield break;
            yield return (bytes[at], bytes[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }
    }
}
